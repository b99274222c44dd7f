// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <gst/gst.h>

#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace {

/** \brief The documentation of an element: SECTION:element-NAME with its example */
struct Section {
    std::string element;
    std::string line; ///< empty: there is none
};

void PrintTo(const Section &section, std::ostream *out)
{
    *out << section.element << ": " << section.line;
}

Section section_of(const std::filesystem::path &source)
{
    const std::string title = " * SECTION:element-";
    const std::string launch = " * gst-launch-1.0 ";
    Section section;
    std::ifstream file(source);
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(title, 0) == 0)
            section.element = line.substr(title.size());
        if (line.rfind(launch, 0) == 0 && section.line.empty())
            section.line = line.substr(3);
    }
    return section;
}

std::vector<Section> sections()
{
    const char *folder = std::getenv("FOVEA_PLUGIN_SOURCES");
    std::vector<Section> found;
    if (folder == nullptr)
        return found;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.rfind("gst", 0) != 0 || entry.path().extension() != ".cpp")
            continue;
        Section section = section_of(entry.path());
        if (!section.element.empty())
            found.push_back(std::move(section));
    }
    return found;
}

struct Outcome {
    int exit_code = -1;
    std::string text; ///< standard output, then standard error
};

Outcome run(const std::string &line, const std::filesystem::path &folder)
{
    const std::string limited = "timeout 300 " + line;
    const char *arguments[] = {"/bin/sh", "-c", limited.c_str(), nullptr};
    g_autofree gchar *out = nullptr;
    g_autofree gchar *err = nullptr;
    gint status = 0;
    if (!g_spawn_sync(folder.c_str(), const_cast<gchar **>(arguments), nullptr, G_SPAWN_DEFAULT,
                      nullptr, nullptr, &out, &err, &status, nullptr))
        return {};
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, std::string(out) + err};
}

/** \brief The line with no sink that needs a display: without one, some of GStreamer's crash */
std::string without_window(std::string line)
{
    const std::string sink = "autovideosink";
    if (const std::size_t at = line.find(sink); at != std::string::npos)
        line.replace(at, sink.size(), "fakesink");
    return line;
}

TEST(LaunchLines, EveryElementOfThePluginHasAnExample)
{
    std::set<std::string> with_example;
    for (const Section &section : sections())
        if (section.line.find(section.element) != std::string::npos)
            with_example.insert(section.element);

    std::set<std::string> registered;
    GList *features = gst_registry_get_feature_list_by_plugin(gst_registry_get(), "fovea");
    for (const GList *at = features; at != nullptr; at = at->next)
        registered.insert(gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(at->data)));
    gst_plugin_feature_list_free(features);
    EXPECT_FALSE(registered.empty());
    EXPECT_EQ(with_example, registered);
}

/* gst-inspect-1.0 shows it; an address has to be one. */
TEST(LaunchLines, ThePluginNamesNoAddressItHasNot)
{
    GstPlugin *plugin = gst_registry_find_plugin(gst_registry_get(), "fovea");
    ASSERT_NE(plugin, nullptr);
    EXPECT_STREQ(gst_plugin_get_origin(plugin), "Unknown package origin");
    gst_object_unref(plugin);
}

class LaunchLine : public testing::TestWithParam<Section>
{
};

/* Beside the line lie the files that examples speak of: a video with sound, and its results. */
TEST_P(LaunchLine, Runs)
{
    const TemporaryFolder folder;
    const Outcome video = run("gst-launch-1.0 -q videotestsrc num-buffers=50 ! "
                              "video/x-raw,width=320,height=240,framerate=25/1 ! x264enc ! queue ! "
                              "mp4mux name=m ! filesink location=video.mp4 "
                              "audiotestsrc samplesperbuffer=441 num-buffers=200 ! audioconvert ! "
                              "avenc_aac ! queue ! m.",
                              folder.path());
    ASSERT_EQ(video.exit_code, 0) << video.text;
    folder.write("video.mp4.fovea/results.jsonl",
                 R"({"schema": 1, "timestamp": 0, "resolution": {"width": 320, "height": 240},)"
                 R"( "objects": [], "activity": {"scope": "window", "label": "fight",)"
                 R"( "label_id": 1, "confidence": 1, "start": 0, "end": 2, "top_k":)"
                 R"( [{"label": "fight", "label_id": 1, "confidence": 1}], "regions": [],)"
                 R"( "salience": [{"start": 0, "end": 1, "weight": 0.1},)"
                 R"( {"start": 1, "end": 2, "weight": 1}]}})"
                 "\n");

    ASSERT_NE(GetParam().line, "") << "no line ' * gst-launch-1.0 ...' in the documentation";
    std::string line = without_window(GetParam().line);
    const std::string quiet = " -q "; // warnings would not be told
    if (const std::size_t at = line.find(quiet); at != std::string::npos)
        line.erase(at, quiet.size() - 1);
    const Outcome example = run(line, folder.path());
    EXPECT_EQ(example.exit_code, 0) << line << '\n' << example.text;
    for (std::size_t at = example.text.find("WARNING: from element"); at != std::string::npos;
         at = example.text.find("WARNING: from element", at + 1)) {
        const std::string warning = example.text.substr(at, example.text.find('\n', at) - at);
        EXPECT_EQ(warning.find("/GstFovea"), std::string::npos) << warning;
    }
}

INSTANTIATE_TEST_SUITE_P(Documentation, LaunchLine, testing::ValuesIn(sections()),
                         [](const auto &of) { return of.param.element; });

} // namespace
