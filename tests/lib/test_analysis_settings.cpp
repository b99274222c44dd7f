// SPDX-License-Identifier: MIT
#include "bundle_test.h"
#include "fovea/bundle/analysis_settings.h"
#include "fovea/detect/unseen_motion.h"

namespace fovea_test {

namespace {

using fovea::AnalysisSettings;

/** \brief Whether a change makes rows and results anew */
class MadeWith : public WatchCopy
{
protected:
    struct Anew {
        bool rows;
        bool results;
    };

    void SetUp() override
    {
        WatchCopy::SetUp();
        detector_ = fovea::read_json(fs::path(models_) / "yolo-fastest-1.1-xl" / "card.json");
        write_detector();
        settings_.detector = (root_.path() / "detector").string();
    }

    void write_detector() const { root_.write("detector/card.json", detector_.dump()); }

    template <typename Change>
    Anew by(Change &&change) const
    {
        const Json rows = made_with(open(), settings_);
        const Json results = results_made_with(open(), settings_);
        std::forward<Change>(change)();
        return {made_with(open(), settings_) != rows,
                results_made_with(open(), settings_) != results};
    }

    AnalysisSettings settings_;
    Json detector_;
};

TEST_F(MadeWith, NothingIsMadeAnewForWords)
{
    const Anew anew = by([&] {
        change_card("/title", "Own");
        detector_["title"] = "Own";
        write_detector();
    });
    EXPECT_FALSE(anew.rows);
    EXPECT_FALSE(anew.results);
}

TEST_F(MadeWith, ResultsAreMadeAnewForHeadDecisionAndLabels)
{
    const Anew head = by([&] { change_card("/head", "region-mean"); });
    EXPECT_FALSE(head.rows);
    EXPECT_TRUE(head.results);
    EXPECT_TRUE(by([&] { change_card("/decision/threshold", 0.25); }).results);
    const Anew labels = by([&] { root_.write("watch/labels.txt", "normal\nfall\nfight\n"); });
    EXPECT_FALSE(labels.rows);
    EXPECT_TRUE(labels.results);
}

TEST_F(MadeWith, RowsOfAGateAreMadeAnewForTheHead)
{
    settings_.gate = 0.1;
    EXPECT_TRUE(by([&] { change_card("/head", "region-mean"); }).rows);
}

TEST_F(MadeWith, RowsAreMadeAnewForTheCardOfTheDetector)
{
    const Anew anew = by([&] {
        detector_["nms_threshold"] = 0.3;
        write_detector();
    });
    EXPECT_TRUE(anew.rows);
    EXPECT_TRUE(anew.results);
    EXPECT_TRUE(by([&] {
                    detector_["input"]["width"] = 352;
                    write_detector();
                }).rows);
}

TEST_F(MadeWith, RowsOfAnActorWithMotionSayByWhichVersionItWasFound)
{
    change_card("/actor/motion", 20);
    EXPECT_EQ(made_with(open(), settings_)["card"]["unseen_motion"], fovea::UnseenMotion::version);
    change_card("/actor/motion", 0);
    EXPECT_FALSE(made_with(open(), settings_)["card"].contains("unseen_motion"));
}

TEST_F(MadeWith, RowsAreMadeAnewForWeightsThatTheCardDoesNotKnow)
{
    change_card("/files/0/sha256", "");
    EXPECT_TRUE(by([&] { root_.write("watch/watch.pt", "others"); }).rows);
}

} // namespace

} // namespace fovea_test
