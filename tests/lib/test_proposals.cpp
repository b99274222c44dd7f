// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/proposals.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief `watch` with other entries in its card, and other labels */
class Proposals : public testing::Test
{
protected:
    std::string changed(const std::string &labels, const Json &entries) const
    {
        const std::filesystem::path watch = Bundle::open("watch").folder();
        std::filesystem::remove_all(root_.path() / "first");
        std::filesystem::copy(watch, root_.path() / "first");
        Json card = read_json(watch / "card.json");
        card["decision"]["normal"] = "";
        card["decision"].erase("alarms");
        card.erase("anchors");
        card.update(entries);
        root_.write("first/card.json", card.dump());
        root_.write("first/labels.txt", labels);
        return (root_.path() / "first").string();
    }

    std::string error_with(const std::string &model) const
    {
        return error_of([&] { open_proposals({model}, Bundle::open("watch"), {}); });
    }

private:
    TemporaryFolder root_;
};

TEST_F(Proposals, AreOfAnActionAndTheBackground)
{
    const std::string folder = changed("background\naction\n", {{"classes", 2}});
    const ProposalModel opened = open_proposals({folder, 0.25F}, Bundle::open("watch"), {});
    EXPECT_EQ(opened.bundle.labels().size(), 2U);
    EXPECT_EQ(opened.threshold, 0.25F);
    EXPECT_EQ(action_of(opened.bundle), 1U);

    const std::string remedy = "; train one: fovea train backbone --recipe sta-proposal";
    const std::string expected =
        "': expected a model of two labels, an action and the background, got ";
    EXPECT_EQ(error_with("watch"), "--proposals 'watch" + expected + "3 labels" + remedy);
    EXPECT_EQ(error_with(changed("run\nsit\n", {{"classes", 2}})),
              "--proposals 'watch" + expected + "2 labels without a background" + remedy);
}

TEST_F(Proposals, HaveTheRowsOfTheModel)
{
    Json sampling = read_json(Bundle::open("watch").folder() / "card.json")["sampling"];
    sampling["hop"] = 4;
    EXPECT_EQ(
        error_with(changed("action\nbackground\n", {{"classes", 2}, {"sampling", sampling}})),
        "--proposals 'watch': expected the rows of model 'watch' (sliding of 17 frames at 7.5 a "
        "second, a clip every 8, regions full,actor), got sliding of 17 frames at 7.5 a "
        "second, a clip every 4, regions full,actor; train both on one list from the same "
        "card");
}

} // namespace

} // namespace fovea
