// SPDX-License-Identifier: MIT
#include "features/shared_extractors.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/engine/batching_extractor.h"

namespace fovea {

namespace {

using Handle = std::shared_ptr<BatchingExtractor>;

struct Shared {
    std::filesystem::path folder;
    std::vector<std::weak_ptr<BatchingExtractor>> handles;

    /** \brief A handle that an element still has; null when there is none */
    Handle any()
    {
        handles.erase(std::remove_if(handles.begin(), handles.end(),
                                     [](const auto &handle) { return handle.expired(); }),
                      handles.end());
        return handles.empty() ? nullptr : handles.front().lock();
    }
};

Handle load(const Bundle &bundle, const EngineOptions &options, NetworkRole role)
{
    BatchingOptions batching;
    if (options.batch_size > 0)
        batching.clips = options.batch_size;
    return std::make_shared<BatchingExtractor>(load_feature_extractor(bundle, options, role),
                                               batching);
}

} // namespace

std::shared_ptr<FeatureExtractor> shared_extractor(const std::string &id, const Bundle &bundle,
                                                   const EngineOptions &options, NetworkRole role)
{
    if (id.empty())
        return load_feature_extractor(bundle, options, role);

    static std::mutex mutex; // guards the map, and makes others wait while one loads
    static std::map<std::pair<std::string, NetworkRole>, Shared> in_use;
    const std::lock_guard lock(mutex);

    Shared &shared = in_use[{id, role}];
    const Handle other = shared.any();
    if (other != nullptr && shared.folder != bundle.folder())
        throw Error(Error::Kind::Settings, "model-instance-id '" + id + "' is in use with model '" +
                                               shared.folder.string() + "', got '" +
                                               bundle.folder().string() +
                                               "'; give this element another id");
    Handle handle = other != nullptr ? other->join() : load(bundle, options, role);
    shared.folder = bundle.folder();
    shared.handles.push_back(handle);
    return handle;
}

} // namespace fovea
