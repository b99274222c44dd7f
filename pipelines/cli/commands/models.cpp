// SPDX-License-Identifier: MIT
#include "commands/models.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include <glib.h>

#include <unistd.h>

#include "fovea/bundle/combination.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/output_folder.h"
#include "media/pipeline_reader.h"
#include "run_printer.h"

namespace fovea {

namespace {

const char *kind_name(const Bundle &bundle)
{
    switch (bundle.kind()) {
    case Bundle::Kind::Activity:
        return "activity";
    case Bundle::Kind::Detector:
        return "detector";
    case Bundle::Kind::Combination:
        break;
    }
    return "combined";
}

void print_columns(const std::string &name, const char *kind, const char *weights,
                   const std::string &title)
{
    std::printf("%-31s %-9s %-8s %s\n", name.c_str(), kind, weights, title.c_str());
}

/* Words in lines of text_width characters, in the last column. */
void print_wrapped(const std::string &text)
{
    constexpr std::size_t text_width = 72;
    std::stringstream words(text);
    std::string line;
    for (std::string word; words >> word; line += (line.empty() ? "" : " ") + word) {
        if (line.size() + 1 + word.size() > text_width) {
            std::printf("%-24s%s\n", "", line.c_str());
            line.clear();
        }
    }
    std::printf("%-24s%s\n", "", line.c_str());
}

void print_model(const Bundle &bundle)
{
    const bool complete = bundle.complete();
    print_columns(bundle.name(), kind_name(bundle), complete ? "there" : "missing", bundle.title());
    std::string names;
    for (const CombinedModel &model : bundle.models())
        names += (names.empty() ? "" : ", ") + model.name;
    if (!names.empty())
        print_wrapped("Models: " + names);
    if (const std::string &attended = bundle.activity().attended.name; !attended.empty())
        print_wrapped("Attends to: " + attended);
    if (!bundle.measured().empty())
        print_wrapped("Measured: " + bundle.measured());
    if (complete)
        return;
    const auto &files = bundle.files();
    const bool published = std::all_of(files.begin(), files.end(),
                                       [](const CardFile &file) { return !file.url.empty(); });
    print_wrapped((published ? "Fetch: fovea models fetch "
                             : "Not published; yours: fovea models "
                               "fetch --from DIR ") +
                  bundle.name());
}

void copy_to(const std::filesystem::path &from, const std::filesystem::path &to)
{
    if (!std::filesystem::exists(from))
        throw Error(Error::Kind::NotFound, "'" + from.string() +
                                               "' is not there; expected the model's file under "
                                               "the name in its card");
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error)
        throw Error(Error::Kind::CannotWrite, "cannot copy '" + from.string() + "' to '" +
                                                  to.string() + "': " + error.message());
}

/** \brief What curl may speak: https; http too where the SHA-256 says what must come */
const char *protocols_for(const CardFile &file)
{
    if (!file.sha256.empty())
        return "=https,http";
    if (file.url.rfind("https://", 0) != 0)
        throw Error(Error::Kind::Settings, "'" + file.url +
                                               "' is not fetched: its card has no SHA-256, so "
                                               "expected https; fetch it by hand and use --from "
                                               "DIR");
    return "=https";
}

void download(const CardFile &file, const std::filesystem::path &to)
{
    const std::string &url = file.url;
    const char *meter = isatty(STDERR_FILENO) != 0 ? "--progress-bar" : "--silent";
    const char *protocols = protocols_for(file);
    const std::string output = to.string();
    const std::array arguments = {"curl", "--fail", "--location", "--show-error", meter, "--proto",
                                  protocols, "--proto-redir", protocols, "--globoff",
                                  // given up where less than 1 kB a second comes for 30 s
                                  "--connect-timeout", "30", "--speed-limit", "1000",
                                  "--speed-time", "30", "--output", output.c_str(), "--",
                                  url.c_str(), static_cast<const char *>(nullptr)};
    gint status = 0;
    g_autoptr(GError) error = nullptr;
    const bool started =
        g_spawn_sync(nullptr, const_cast<gchar **>(arguments.data()), nullptr,
                     static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN),
                     nullptr, nullptr, nullptr, nullptr, &status, &error) != FALSE;
    if (!started)
        throw Error(Error::Kind::Init, std::string("curl does not start (") + error->message +
                                           "); apt-get install curl");
    if (g_spawn_check_wait_status(status, &error) == FALSE)
        throw Error(Error::Kind::NotFound, "'" + url +
                                               "' could not be downloaded; fetch it by "
                                               "hand and use --from DIR");
}

bool is_good(const Bundle &bundle, const CardFile &file)
{
    try {
        bundle.file(file);
        return true;
    } catch (const Error &) {
        return false;
    }
}

void fetch_file(const CardFile &file, const std::filesystem::path &from, OutputFolder &cache)
{
    const auto part = cache.temporary(file.name);
    if (!from.empty())
        copy_to(from / file.name, part);
    else if (!file.url.empty())
        download(file, part);
    else
        throw Error(Error::Kind::NotFound, "'" + file.name +
                                               "' has no address to be fetched from; get it as "
                                               "its card says and use --from DIR");
    const std::string got = sha256_of(part);
    if (!file.sha256.empty() && got != file.sha256)
        throw Error(Error::Kind::Settings, "'" + file.name + "': SHA-256 is " + got +
                                               ", expected " + file.sha256 +
                                               "; it is damaged or another version");
    cache.keep(file.name);
}

bool verify_files(const Bundle &bundle)
{
    bool good = true;
    for (const CardFile &file : bundle.files()) {
        try {
            std::printf("%s: %s: %s\n", bundle.name().c_str(), bundle.file(file).c_str(),
                        file.sha256.empty() ? "not checked, its card has no SHA-256" : "good");
        } catch (const Error &error) {
            std::printf("%s: %s\n", bundle.name().c_str(), error.what());
            good = false;
        }
    }
    return good;
}

void fetch_files(const Bundle &bundle, const std::filesystem::path &from)
{
    for (const CardFile &file : bundle.files()) {
        if (is_good(bundle, file)) {
            std::printf("%s: there\n", file.name.c_str());
            continue;
        }
        OutputFolder cache(bundle.cache());
        fetch_file(file, from, cache);
        std::printf("%s: fetched to %s\n", file.name.c_str(), bundle.file(file).c_str());
    }
}

/* \return true when the files of the model are as its card says; incomplete ones
 * count as not fetched, unless they must be there. */
bool verify(const std::string &name, bool must_be_there)
{
    try {
        const Bundle bundle = Bundle::open(name);
        if (!must_be_there && !bundle.complete()) {
            std::printf("%s: not fetched\n", name.c_str());
            return true;
        }
        if (bundle.kind() == Bundle::Kind::Combination) {
            bool good = true;
            for (const WeightedModel &model : models_of(bundle))
                good = verify_files(model.bundle) && good;
            return good;
        }
        const bool good = verify_files(bundle);
        const std::optional<Bundle> attended = bundle.attended();
        return (!attended || verify_files(*attended)) && good;
    } catch (const Error &error) {
        std::printf("%s: %s\n", name.c_str(), error.what());
        return false;
    }
}

} // namespace

int list_models()
{
    int code = 0;
    print_columns("NAME", "KIND", "WEIGHTS", "TITLE");
    for (const std::string &name : Bundle::names()) {
        try {
            print_model(Bundle::open(name));
        } catch (const Error &error) {
            print_columns(name, "-", "unusable", error.what());
            code = 1;
        }
    }
    return code;
}

int verify_models(const std::vector<std::string> &names)
{
    bool good = true;
    for (const std::string &name : names.empty() ? Bundle::names() : names)
        good = verify(name, !names.empty()) && good;
    return good ? 0 : 1;
}

void fetch_model(const std::string &name, const std::filesystem::path &from)
{
    const Bundle bundle = Bundle::open(name);
    for (const CombinedModel &model : bundle.models())
        fetch_files(bundle.open_part(model.name), from);
    if (const std::optional<Bundle> attended = bundle.attended())
        fetch_files(*attended, from);
    fetch_files(bundle, from);
}

int calibrate_model(const CalibrateOptions &options)
{
    const Bundle model = open_activity_model(options.model);
    FrameCacheSettings cache = options.cache;
    cache.threads = options.calibration.threads;
    RunPrinter printer;
    const Int8Calibration calibration = calibrate(
        model, options.calibration,
        [&](const ActivityCard &card) { return decoding_cache(card, cache); }, printer);
    const auto file = calibration_file(model);
    write_whole(file, to_json(calibration, model).dump(2) + "\n");
    printer.note(figures_text(calibration, options.calibration) + "\nwritten: '" + file.string() +
                 "'");
    return 0;
}

} // namespace fovea
