// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief `watch` copied, so that its card may say what it should not */
class ChangedWatch
{
public:
    ChangedWatch() { std::filesystem::copy(Bundle::open("watch").folder(), folder()); }

    std::filesystem::path folder() const { return root_.path() / "mine"; }

    void change(const Json &entries) const
    {
        Json card = read_json(Bundle::open("watch").folder() / "card.json");
        card.update(entries);
        root_.write("mine/card.json", card.dump());
    }

private:
    TemporaryFolder root_;
};

TEST(OpenModel, RefusesADetectorAsAnActivityModel)
{
    EXPECT_EQ(error_of([] { open_activity_model("yolo-fastest-1.1-xl"); }),
              "model 'yolo-fastest-1.1-xl' finds persons; expected one that recognises activities "
              "(fovea models list)");
}

TEST(OpenModel, ANameForKeypointsThatIsNoModelOfThemIsToldWithTheCard)
{
    const ChangedWatch mine;
    const auto opened_with = [&](const Json &entries) {
        mine.change(entries);
        open_models(mine.folder().string());
    };
    const std::string card = "'" + (mine.folder() / "card.json").string() + "': entry ";
    const std::string expected = ", expected a model that finds keypoints (fovea models list)";
    EXPECT_EQ(error_of([&] {
                  opened_with({{"pose", "movenet-lightnin"}});
              }),
              card + "'pose' is 'movenet-lightnin'" + expected);
    EXPECT_EQ(error_of([&] {
                  opened_with({{"pose", "keypoints"}, {"pose_else", "hog"}});
              }),
              card + "'pose_else' is 'hog'" + expected);
    EXPECT_EQ(error_of([&] {
                  opened_with({{"pose", "watch"}});
              }),
              card + "'pose' is 'watch'" + expected);
    EXPECT_NO_THROW(opened_with({{"pose", "movenet-lightning"}, {"pose_else", "keypoints"}}))
        << "weights that were not fetched are another matter";
}

/* `resnext101-flow-hmdb51` is published, but at no address that can be fetched from */
TEST(OpenModel, WeightsWithoutAnAddressAreToBeBroughtOrTrained)
{
    const TemporaryFolder empty;
    setenv("FOVEA_CACHE", empty.path().c_str(), 1);
    const auto told = [](const std::string &name) {
        try {
            open_models(name);
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::NotFound);
            return std::string(error.what());
        }
        return std::string("opened");
    };
    EXPECT_EQ(told("vgg19"), "the weights of 'vgg19' are not there (vgg19.pt); fetch them: fovea "
                             "models fetch vgg19 [--from FOLDER]");
    const std::string flow = "resnext101-flow-hmdb51";
    EXPECT_EQ(told(flow), "the weights of '" + flow + "' are not there (" + flow +
                              ".pt); they have no address; get them as 'source' in '" +
                              (Bundle::open(flow).folder() / "card.json").string() +
                              "' says, then fovea models fetch " + flow +
                              " --from FOLDER, or train it: fovea train backbone --recipe "
                              "from-scratch --model " +
                              flow);
    unsetenv("FOVEA_CACHE");
}

} // namespace

} // namespace fovea
