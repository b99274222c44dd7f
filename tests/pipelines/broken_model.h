// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "command_test.h"

namespace fovea_test {

/* A copy of the bundle `watch` that a test may break; the cache is empty. */
class BrokenModel : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        std::filesystem::create_directories(at("models"));
        for (std::filesystem::path models : folders(std::getenv("FOVEA_MODEL_PATH")))
            if (std::filesystem::exists(models / "watch" / "card.json"))
                std::filesystem::copy(models / "watch", at("models/watch"),
                                      std::filesystem::copy_options::recursive);
        ASSERT_TRUE(std::filesystem::exists(card()))
            << "the bundle 'watch' is not on FOVEA_MODEL_PATH";
        ball(at("ball.mp4"), 30);
    }

    std::filesystem::path card() const { return at("models/watch/card.json"); }

    std::filesystem::path weights() const { return at("models/watch/watch.pt"); }

    std::map<std::string, std::string> environment() const
    {
        return {{"FOVEA_MODEL_PATH", at("models").string()}, {"FOVEA_CACHE", at("cache").string()}};
    }

    void replace_in_card(const std::string &text, const std::string &by) const
    {
        std::string content = read_text(card());
        const auto place = content.find(text);
        ASSERT_NE(place, std::string::npos) << text;
        write_text(card(), content.replace(place, text.size(), by));
    }

    /* One line that names what is wrong; nothing written. */
    void refuses(const std::string &named, const std::string &reason) const
    {
        const CommandRun run = label({"--model", "watch", at("ball.mp4").string()}, environment());
        EXPECT_EQ(run.exit_code, 1);
        EXPECT_EQ(lines(run.err), 1) << run.err;
        EXPECT_NE(run.err.find(named), std::string::npos) << run.err;
        EXPECT_NE(run.err.find(reason), std::string::npos) << run.err;
        EXPECT_FALSE(std::filesystem::exists(at("ball.mp4.fovea")));
    }

private:
    static std::vector<std::filesystem::path> folders(const char *path)
    {
        std::vector<std::filesystem::path> result;
        std::stringstream stream(path != nullptr ? path : "");
        for (std::string folder; std::getline(stream, folder, ':');)
            result.emplace_back(folder);
        return result;
    }
};

inline std::string sha256_of(const std::filesystem::path &file)
{
    return run_program({"sha256sum", file.string()}).out.substr(0, 64);
}

} // namespace fovea_test
