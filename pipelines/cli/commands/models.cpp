// SPDX-License-Identifier: MIT
#include "commands/models.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include <unistd.h>

#include "fovea/bundle/combination.h"
#include "fovea/bundle/default_model.h"
#include "fovea/bundle/fetch.h"
#include "fovea/bundle/kept_networks.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/core/printable.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/converted_bundle.h"
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
    case Bundle::Kind::Pose:
        return "pose";
    case Bundle::Kind::Combination:
        break;
    }
    return "combined";
}

void print_columns(const std::string &name, const char *kind, const char *weights,
                   const std::string &title)
{
    std::printf("%-31s %-9s %-8s %s\n", printable(name).c_str(), kind, weights,
                printable(title).c_str());
}

/* Words in lines of text_width characters, in the last column. */
void print_wrapped(const std::string &text)
{
    constexpr std::size_t text_width = 72;
    std::stringstream words(text);
    std::string line;
    for (std::string word; words >> word; line += (line.empty() ? "" : " ") + word) {
        if (line.size() + 1 + word.size() > text_width) {
            std::printf("%-24s%s\n", "", printable(line).c_str());
            line.clear();
        }
    }
    std::printf("%-24s%s\n", "", printable(line).c_str());
}

void print_model(const Bundle &bundle)
{
    const bool complete = bundle.complete();
    print_columns(bundle.name(), kind_name(bundle), complete ? "there" : "missing", bundle.title());
    if (!bundle.models().empty())
        print_wrapped("Models: " + joined(names_in(bundle.models())));
    if (const std::string &attended = bundle.activity().attended.name; !attended.empty())
        print_wrapped("Attends to: " + attended);
    if (!bundle.measured().empty())
        print_wrapped("Measured: " + bundle.measured());
    for (const Measurement &measurement : bundle.measurements())
        print_wrapped("Measured: " + to_text(measurement));
    if (!bundle.limits().empty())
        print_wrapped("Limits: " + bundle.limits());
    if (complete)
        return;
    const auto &files = bundle.files();
    const bool published = std::all_of(files.begin(), files.end(),
                                       [](const CardFile &file) { return !file.url.empty(); });
    print_wrapped((published ? "Fetch: fovea models fetch "
                             : "No address; get them as its card's source says, then: fovea models "
                               "fetch --from DIR ") +
                  bundle.name());
}

/** \brief A line for each file, and for each that is kept of them \return whether all are good */
bool verify_files(const Bundle &bundle)
{
    bool good = true;
    const auto tell = [&](const std::string &fault, const std::string &line) {
        std::printf("%s: %s\n", printable(bundle.name()).c_str(),
                    printable(fault.empty() ? line : fault).c_str());
        good = good && fault.empty();
    };
    for (const FoundFile &found : verified_files(bundle))
        tell(found.fault,
             found.path.string() +
                 (found.file.sha256.empty() ? ": not checked, its card has no SHA-256" : ": good"));
    if (!good)
        return false; // what is kept of other files is not looked for
    for (const KeptModelFile &kept : kept_files(bundle))
        tell(kept.fault, kept.path.string() + ": good, kept from these files");
    return good;
}

/** \brief Those on the search path \throw Error NotFound where none is there */
std::vector<std::string> all_models()
{
    std::vector<std::string> names = Bundle::names();
    if (names.empty())
        Bundle::open(default_model); // says where was looked
    return names;
}

std::string replaced_words(const std::filesystem::path &out)
{
    return "the bundle that '" + out.string() + "' held is replaced";
}

/* \return true when the files of the model are as its card says; incomplete ones
 * count as not fetched, unless they must be there. */
bool verify(const std::string &name, bool must_be_there)
{
    try {
        const Bundle bundle = Bundle::open(name);
        if (!must_be_there && !bundle.complete()) {
            std::printf("%s: not fetched\n", printable(name).c_str());
            return true;
        }
        if (bundle.kind() == Bundle::Kind::Combination)
            models_of(bundle); // they fit together
        check_pose_names(bundle);
        bool good = true;
        for (const Bundle &part : with_parts(bundle))
            good = verify_files(part) && good;
        return good;
    } catch (const Error &error) {
        std::printf("%s: %s\n", printable(name).c_str(), error.what());
        return false;
    }
}

} // namespace

int list_models()
{
    int code = 0;
    const std::vector<std::string> names = all_models();
    print_columns("NAME", "KIND", "WEIGHTS", "TITLE");
    for (const std::string &name : names) {
        try {
            const Bundle bundle = Bundle::open(name);
            check_pose_names(bundle);
            print_model(bundle);
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
    for (const std::string &name : names.empty() ? all_models() : names)
        good = verify(name, !names.empty()) && good;
    return good ? 0 : 1;
}

void fetch_model(const std::string &name, const std::filesystem::path &from)
{
    for (const Bundle &bundle : with_parts(Bundle::open(name))) {
        fetch_files(
            bundle, {from, isatty(STDERR_FILENO) != 0}, [&](const CardFile &file, bool was_there) {
                if (was_there)
                    std::printf("%s: there\n", printable(file.name).c_str());
                else
                    std::printf("%s: fetched to %s%s\n", printable(file.name).c_str(),
                                printable(bundle.file(file).string()).c_str(),
                                file.sha256.empty() ? "; not checked, its card has no SHA-256"
                                                    : "");
            });
    }
}

int calibrate_model(const CalibrateOptions &options)
{
    const Bundle model = open_activity_model(options.model);
    check_flow_of(model);
    FrameCacheSettings cache = options.cache;
    cache.threads = options.calibration.threads;
    RunPrinter printer;
    const Int8Calibration calibration = calibrate(
        model, options.calibration,
        [&](const ActivityCard &card) {
            return decoding_cache(card, cache,
                                  [&](const std::string &line) { printer.warn(line); });
        },
        printer);
    const auto file = calibration_file(model);
    write_whole(file, to_json(calibration, model).dump(2) + "\n");
    printer.note(figures_text(calibration, options.calibration));
    printer.note("written: '" + file.string() + "'");
    return 0;
}

int convert_model(const std::filesystem::path &pictures, const std::string &model,
                  const std::filesystem::path &out)
{
    const bool replaces = replaces_own(out, convert_word);
    const ConvertedBundle made = convert_pictures(pictures, model, out);
    RunPrinter printer;
    if (replaces)
        printer.note(replaced_words(out));
    if (!made.anew.empty())
        printer.note(std::to_string(made.anew.size()) + " tensors begin anew, the first '" +
                     made.anew.front() + "': the network of pictures has none of them");
    printer.note("written: '" + made.bundle.folder().string() +
                 "'; train it: fovea train backbone --model " + model + " --weights " +
                 made.bundle.folder().string());
    return 0;
}

int join_models(const StreamsToJoin &streams, const std::filesystem::path &out)
{
    const bool replaces = replaces_own(out, join_word);
    const Bundle made = join_streams(streams, out);
    RunPrinter printer;
    if (replaces)
        printer.note(replaced_words(out));
    printer.note("written: '" + made.folder().string() +
                 "'; see how good it is, and from which score on it alarms: fovea eval --alarms");
    return 0;
}

int make_anchors(const std::string &model, const AnchorOptions &options)
{
    RunPrinter printer;
    const Bundle made = write_anchors(open_activity_model(model), options, printer);
    printer.note("written: '" + made.folder().string() + "'");
    return 0;
}

} // namespace fovea
