// SPDX-License-Identifier: MIT
#include "fovea/bundle/fetch.h"

#include <array>

#include <glib.h>

#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/store/file_copy.h"
#include "fovea/store/staging_folder.h"

namespace fovea {

namespace {

void copy_to(const std::filesystem::path &from, const std::filesystem::path &to)
{
    if (!std::filesystem::exists(from))
        throw Error(Error::Kind::NotFound, "'" + from.string() +
                                               "' is not there; expected the model's file under "
                                               "the name in its card");
    copy_bytes(from, to);
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

void download(const CardFile &file, const std::filesystem::path &to, bool shows_progress)
{
    const std::string &url = file.url;
    const char *meter = shows_progress ? "--progress-bar" : "--silent";
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

FoundFile verified(const Bundle &bundle, const CardFile &file)
{
    FoundFile found;
    found.file = file;
    try {
        found.path = bundle.file(file);
    } catch (const Error &error) {
        found.fault = error.what();
    }
    return found;
}

void fetch_file(const CardFile &file, const FetchOptions &options, StagingFolder &cache)
{
    const auto part = cache.temporary(file.name);
    if (!options.from.empty())
        copy_to(options.from / file.name, part);
    else if (!file.url.empty())
        download(file, part, options.shows_progress);
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

/** \brief The files that can be had: of the anchors, which only `fovea adapt` needs, not all may be */
std::vector<CardFile> wanted_files(const Bundle &bundle, const FetchOptions &options)
{
    std::vector<CardFile> wanted = bundle.files();
    for (const CardFile &file : bundle.activity().anchors)
        if (options.from.empty() ? !file.url.empty()
                                 : std::filesystem::exists(options.from / file.name))
            wanted.push_back(file);
    return wanted;
}

} // namespace

std::vector<FoundFile> verified_files(const Bundle &bundle)
{
    std::vector<FoundFile> files;
    for (const CardFile &file : bundle.files())
        files.push_back(verified(bundle, file));
    for (const CardFile &file : bundle.activity().anchors)
        files.push_back(verified(bundle, file));
    return files;
}

std::vector<Bundle> with_parts(const Bundle &bundle)
{
    std::vector<Bundle> all;
    for (const CombinedModel &model : bundle.models())
        all.push_back(bundle.open_part(model.name));
    if (const auto attended = bundle.attended())
        all.push_back(*attended);
    all.push_back(bundle);
    return all;
}

void fetch_files(const Bundle &bundle, const FetchOptions &options,
                 const std::function<void(const CardFile &, bool was_there)> &told)
{
    for (const CardFile &file : wanted_files(bundle, options)) {
        const bool was_there = verified(bundle, file).fault.empty();
        if (!was_there) {
            StagingFolder cache(bundle.cache());
            fetch_file(file, options, cache);
        }
        told(file, was_there);
    }
}

} // namespace fovea
