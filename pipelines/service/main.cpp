// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <gst/gst.h>

#include <CLI/CLI.hpp>

#include "fovea/core/errors.h"
#include "fovea/core/printable.h"
#include "service/watch_service.h"

namespace {

constexpr int usage_exit_code = 2;

struct WatchOptions {
    std::vector<std::string> uris;
    std::filesystem::path config;
    std::string folder;
    std::string model;
    std::string detector;
    std::vector<std::string> publish;
    int port = -1;
    bool check = false;
};

/* The command line goes over the file */
fovea::WatchConfig config_of(const WatchOptions &options)
{
    fovea::WatchConfig config;
    if (!options.config.empty())
        config = fovea::read_watch_config(options.config);
    for (fovea::CameraConfig &camera : fovea::cameras_of(options.uris))
        config.cameras.push_back(std::move(camera));
    if (!options.folder.empty())
        config.folder = options.folder;
    if (!options.model.empty())
        config.model = options.model;
    if (!options.detector.empty())
        config.detector = options.detector;
    for (const std::string &uri : options.publish)
        config.receivers.push_back({uri, "", "", ""});
    if (options.port >= 0)
        config.page.port = options.port;
    return config;
}

int run(int argc, char **argv)
{
    CLI::App app("Watch cameras: alarms with clips, messages and a page", "fovea watch");
    WatchOptions options;
    app.add_option("CAMERA", options.uris, "rtsp://..., /dev/videoN, or a file that is looped")
        ->option_text(" ");
    app.add_option("--config,-c", options.config, "Cameras, thresholds, receivers in TOML")
        ->option_text("FILE");
    app.add_option("--out", options.folder, "Folder of events and clips")
        ->option_text("DIR (fovea-watch)");
    app.add_option("--model", options.model, "Activity model")->option_text("NAME (watch)");
    app.add_option("--detector", options.detector, "Person detector")
        ->option_text("NAME (the model's)");
    app.add_option("--publish", options.publish,
                   "Where alarms go too: mqtt://..., http://..., FILE")
        ->option_text("URI");
    app.add_option("--port", options.port, "Of the page; 0: any that is free")
        ->check(CLI::Range(0, 65535))
        ->option_text("N (8383)");
    app.add_flag("--check", options.check, "Only say whether the configuration can be used");
    try {
        app.parse(argc, argv);
        if (options.uris.empty() && options.config.empty())
            throw CLI::ParseError("expected a CAMERA or --config FILE", usage_exit_code);
    } catch (const CLI::Success &told) {
        return app.exit(told);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "fovea watch: %s (see fovea watch --help)\n",
                     fovea::printable(error.what()).c_str());
        return usage_exit_code;
    }
    const fovea::WatchConfig config = config_of(options);
    if (options.check) {
        std::printf("%zu cameras; the configuration can be used\n", config.cameras.size());
        return 0;
    }
    return fovea::WatchService(config, options.config).run();
}

} // namespace

int main(int argc, char **argv)
{
    gst_init(nullptr, nullptr);
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "fovea watch: %s\n", fovea::printable(error.what()).c_str());
        return 1;
    }
}
