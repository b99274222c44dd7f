// SPDX-License-Identifier: MIT
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "fovea/bundle/default_model.h"
#include "fovea/core/camera_address.h"
#include "fovea/core/error_text.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/heaps.h"
#include "fovea/core/printable.h"
#include "fovea/core/standard_output.h"
#include "fovea/publish/publisher.h"
#include "fovea/store/database.h"
#include "options/shared_options.h"
#include "service/page/page_certificate.h"
#include "service/page/report.h"
#include "service/watch_check.h"
#include "service/watch_service.h"

namespace {

constexpr int usage_exit_code = 2;
constexpr int config_exit_code =
    78; // EX_CONFIG of sysexits.h: what is wrong until somebody mends it

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

/* The command line goes over the file. \param known as read_watch_config() */
fovea::WatchConfig config_of(const WatchOptions &options, const std::set<std::string> &known = {})
{
    fovea::WatchConfig config;
    if (!options.config.empty())
        config = fovea::read_watch_config(options.config, known);
    for (fovea::CameraConfig &camera : fovea::cameras_of(options.uris, known)) {
        for (const fovea::CameraConfig &one : config.cameras)
            if (one.name == camera.name)
                throw fovea::Error(
                    fovea::Error::Kind::Settings,
                    "'" + options.config.string() + "': camera '" + one.name +
                        "' is called as the first, second, ... CAMERA of the command "
                        "line is; name it otherwise");
        camera.alarms = config.alarms;
        config.cameras.push_back(std::move(camera));
    }
    if (!options.folder.empty()) {
        config.folder = options.folder;
        config.folder_place = "option --out: ";
    }
    if (!options.model.empty())
        config.model = options.model;
    if (!options.detector.empty())
        config.detector = options.detector;
    for (const std::string &uri : options.publish) {
        try {
            fovea::add_receiver(&config, {uri, "", "", ""});
        } catch (const fovea::Error &error) {
            throw fovea::Error(error.kind(), std::string("option --publish: ") + error.what());
        }
    }
    if (options.port >= 0)
        config.page.port = options.port;
    return config;
}

/* None: go on. \param check throws CLI::ParseError for what the parser does not see */
std::optional<int> parsed(
    CLI::App &app, int argc, char **argv, const std::function<void()> &check = [] {})
{
    try {
        app.parse(argc, argv);
        check();
    } catch (const CLI::Success &told) {
        return app.exit(told);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "%s: %s (see %s --help)\n", app.get_name().c_str(),
                     fovea::printable(error.what()).c_str(), app.get_name().c_str());
        return usage_exit_code;
    }
    return std::nullopt;
}

int run(const fovea::WatchConfig &config, const std::function<fovea::WatchConfig()> &read)
{
    std::optional<fovea::WatchService> service(std::in_place, config, read);
    const int code = service->run();
    const bool has_left = service->has_left();
    service.reset();
    if (has_left) { // its threads use what an exit destroys
        std::fflush(nullptr);
        _exit(code);
    }
    return code;
}

int failed(const char *word, const std::exception &error, int code)
{
    std::fprintf(stderr, "fovea %s: %s\n", word,
                 fovea::printable(fovea::error_text(error)).c_str());
    return code;
}

int watch(int argc, char **argv)
{
    CLI::App app("Watch cameras: alarms with clips, messages and a page", "fovea watch");
    WatchOptions options;
    app.add_option("CAMERA", options.uris, std::string(fovea::camera_addresses) + " that is looped")
        ->option_text(" ");
    app.add_option("--config,-c", options.config, "Cameras, thresholds, receivers in TOML")
        ->option_text("FILE");
    app.add_option("--out", options.folder, "Folder of events and clips")
        ->check(fovea::not_empty())
        ->option_text("DIR (fovea-watch)");
    app.add_option("--model", options.model, "Activity model")
        ->option_text(std::string("NAME (") + fovea::default_model + ")");
    app.add_option("--detector", options.detector, "Person detector")
        ->option_text("NAME (the model's)");
    app.add_option("--publish", options.publish,
                   "Where alarms go too: mqtt://..., http://..., FILE; may be given again")
        ->allow_extra_args(false) // what follows its URI is a camera
        ->option_text("URI");
    app.add_option("--port", options.port, "Of the page; 0: any that is free")
        ->check(CLI::Range(0, 65535))
        ->option_text("N (8383)");
    app.add_flag("--check", options.check, "Only say whether the configuration can be used");
    const auto check = [&] {
        if (options.uris.empty() && options.config.empty())
            throw CLI::ParseError("expected a CAMERA or --config FILE", usage_exit_code);
    };
    if (const auto code = parsed(app, argc, argv, check))
        return *code;
    fovea::WatchConfig config;
    try {
        config = config_of(options);
        fovea::refuse_old_tls(config.page);
        fovea::check_watch(config);
        fovea::check_start(config);
    } catch (const fovea::DatabaseError &) {
        throw;
    } catch (const fovea::Error &error) {
        if (error.kind() != fovea::Error::Kind::Settings)
            throw; // a port, a disk, what lies on a mount: they may come
        return failed("watch", error, config_exit_code);
    }
    if (options.check) {
        for (const std::string &note : fovea::check_notes(config))
            std::fprintf(stderr, "fovea watch: %s\n", fovea::printable(note).c_str());
        std::printf("%s; the configuration can be used\n",
                    fovea::counted(config.cameras.size(), "camera").c_str());
        return 0;
    }
    std::function<fovea::WatchConfig()> read;
    if (!options.config.empty())
        read = [options, known = fovea::addresses_of(config)]() mutable {
            fovea::WatchConfig again = config_of(options, known);
            known.merge(fovea::addresses_of(again));
            return again;
        };
    return run(config, read);
}

int report(int argc, char **argv)
{
    CLI::App app(
        "All alarms of what was labelled or watched: the page of fovea watch, as files, and "
        "alarms.csv, the most confident first",
        "fovea report");
    std::filesystem::path source;
    std::filesystem::path out;
    app.add_option("DIR|DB", source,
                   "Folder of videos that fovea label went through, or events.db of fovea watch")
        ->required()
        ->option_text(" ");
    app.add_option("--out,-o", out, "Folder of the page")
        ->check(fovea::not_empty())
        ->option_text("DIR (fovea-report)");
    if (const auto code = parsed(app, argc, argv))
        return *code;
    if (out.empty())
        out = "fovea-report";
    const fovea::ReportFigures figures = fovea::write_report(source, out);
    for (const std::string &why : figures.unread)
        std::fprintf(stderr, "fovea report: %s\n", fovea::printable(why).c_str());
    if (figures.models.size() > 1) {
        std::string models;
        for (const auto &[model, videos] : figures.models)
            models += (models.empty() ? "" : ", ") + model + " of " + std::to_string(videos);
        std::fprintf(
            stderr,
            "fovea report: warning: the results are of several models (%s videos), whose "
            "confidences do not compare; fovea label with one of them makes the others anew\n",
            fovea::printable(models).c_str());
    }
    const auto shown = [&](const char *file) {
        return fovea::printable((std::filesystem::absolute(out) / file).string());
    };
    std::fputs(figures.strongest.c_str(), stdout);
    std::printf("%s; open '%s', all in a table: '%s'\n", fovea::to_text(figures).c_str(),
                shown("index.html").c_str(), shown("alarms.csv").c_str());
    return figures.unread.empty() ? 0 : 1;
}

/* A watch that is told to end before its main loop takes that: no camera is asked yet, and the store bears it */
void end_at_once(int)
{
    constexpr std::string_view last_words = "stopping\n";
    if (write(STDERR_FILENO, last_words.data(), last_words.size()) < 0)
        _exit(1);
    _exit(0);
}

/** \brief Signals to end, which `fovea` held back \param take SIG_DFL: they end the process */
void take_ends(void (*take)(int))
{
    sigset_t held;
    sigemptyset(&held);
    for (const int number : {SIGINT, SIGTERM}) {
        std::signal(number, take);
        sigaddset(&held, number);
    }
    pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
}

} // namespace

/* fovea starts this program by the word that it is for */
int main(int argc, char **argv)
{
    fovea::keep_few_heaps();
    const bool reports = argc > 0 && std::string(argv[0]) == "report";
    const bool checks = std::find(argv, argv + argc, std::string("--check")) != argv + argc;
    if (!reports)
        take_ends(checks ? SIG_DFL : end_at_once);
    gst_init(nullptr, nullptr);
    try {
        return fovea::code_when_written(reports ? report(argc, argv) : watch(argc, argv));
    } catch (const std::exception &error) {
        return failed(reports ? "report" : "watch", error, 1);
    }
}
