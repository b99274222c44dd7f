// SPDX-License-Identifier: MIT
#include "fovea/bundle/pose_networks.h"

#include "fovea/bundle/kept_networks.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/nn/graph_part.h"
#include "fovea/pose/movenet.h"

namespace fovea {

namespace {

PoseOptions pose_options(const Bundle &bundle, const PictureEngine &settings)
{
    PoseOptions options = bundle.pose();
    for (const CardFile &file : bundle.files()) { // all are there: the network names the others
        const std::filesystem::path path = bundle.file(file);
        if (bundle.pose().network == file.name)
            options.network = path;
    }
    static_cast<PictureEngine &>(options) = settings;
    return options;
}

nn::Graph pose_graph(const Bundle &bundle, const PoseOptions &options)
{
    return options.architecture == "movenet" ? read_movenet(options.network)
                                             : load_keypoint_graph(bundle, options.network);
}

} // namespace

std::unique_ptr<PoseEstimator> load_pose_estimator(const std::string &name,
                                                   const PictureEngine &settings)
{
    check_precision(settings);
    const Bundle bundle = Bundle::open(name);
    expect_kind(bundle, Bundle::Kind::Pose);
    const PoseOptions options = pose_options(bundle, settings);
    return make_pose_estimator(options, pose_graph(bundle, options));
}

PictureView load_picture_view(const std::string &name, const PictureEngine &settings)
{
    const Bundle bundle = open_of_kind("teacher", name, Bundle::Kind::Pose, "a model of keypoints");
    const PoseOptions options = pose_options(bundle, settings);
    const nn::Graph graph = pose_graph(bundle, options);
    try {
        return {options.input,
                make_map_network(
                    nn::part_until(graph, nn::last_sum_of_level(graph, nn::picture_halvings)),
                    options.input, /*channels=*/3, settings)};
    } catch (const Error &error) {
        throw Error(error.kind(), "teacher '" + bundle.name() + "': " + error.what());
    }
}

} // namespace fovea
