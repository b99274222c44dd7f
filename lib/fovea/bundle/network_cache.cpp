// SPDX-License-Identifier: MIT
#include "fovea/bundle/network_cache.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <sys/stat.h>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/descriptor.h"
#include "fovea/core/errors.h"
#include "fovea/engine/engine_info.h"
#include "fovea/store/atomic_file.h"
#include "graph_sources.h" // FOVEA_GRAPH_SOURCES: a hash of what makes graphs

namespace fovea {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t most_cache_bytes = std::uintmax_t{512} << 20;
constexpr std::chrono::hours part_lasts(1); ///< no write takes as long: who wrote it was killed
constexpr std::chrono::hours use_is_noted_after(1);

/** \brief Empty: none, for what lies in the working directory is anybody's */
fs::path folder()
{
    const fs::path cache = cache_folder();
    return cache.is_absolute() ? cache / "networks" : fs::path();
}

std::string name_of(const std::string &key)
{
    return sha256_of_text(key).substr(0, 32) + ".network";
}

bool only_its_owner_may_write(const struct stat &status)
{
    return (status.st_uid == geteuid() || status.st_uid == 0) &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/** \brief Nothing where it is not there \throw Error Settings where it is not to be believed, or cannot be read */
std::optional<std::string> bytes_of(const fs::path &file, bool is_installed)
{
    const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (opened.number < 0 && errno != EACCES)
        return std::nullopt;
    struct stat status = {};
    if (opened.number < 0 || fstat(opened.number, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > static_cast<off_t>(most_network_bytes))
        throw Error(Error::Kind::Settings, "a kept network that cannot be read, or is too large");
    if (!is_installed && !only_its_owner_may_write(status))
        throw Error(Error::Kind::Settings,
                    "a kept network that others than this user or root own or may write to");
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = read(opened.number, bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw Error(Error::Kind::Settings, "a kept network that cannot be read");
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

/** \brief That it was used, where it can be noted; not at every start */
void note_use(const fs::path &file)
{
    std::error_code error;
    const auto now = fs::file_time_type::clock::now();
    if (const auto last = fs::last_write_time(file, error);
        !error && now - last > use_is_noted_after)
        fs::last_write_time(file, now, error);
}

template <typename Kept>
using Parse = Kept (*)(std::string_view bytes, const std::string &key);

/** \brief Where something of a key may be kept */
struct Place {
    fs::path file;
    bool is_installed;

    /** \brief Nothing where it is not there \throw Error as bytes_of() and \a parse */
    template <typename Kept>
    std::optional<Kept> read(const std::string &key, Parse<Kept> parse) const
    {
        const auto bytes = bytes_of(file, is_installed);
        return bytes ? std::optional(parse(*bytes, key)) : std::nullopt;
    }
};

std::vector<Place> places_of(const std::string &key)
{
    std::vector<Place> places;
    if (key.empty())
        return places;
    places.push_back({fs::path(FOVEA_NETWORK_DIR) / name_of(key), /*is_installed=*/true});
    if (const fs::path cache = folder(); !cache.empty())
        places.push_back({cache / name_of(key), /*is_installed=*/false});
    return places;
}

template <typename Kept>
std::optional<Kept> find(const std::string &key, Parse<Kept> parse)
{
    for (const Place &place : places_of(key)) {
        try {
            if (auto kept = place.read(key, parse)) {
                if (!place.is_installed)
                    note_use(place.file);
                return kept;
            }
        } catch (const Error &) { // is damaged: it is made anew
        }
    }
    return std::nullopt;
}

template <typename Kept>
std::vector<KeptModelFile> kept_of(const std::string &key, Parse<Kept> parse)
{
    std::vector<KeptModelFile> files;
    for (const Place &place : places_of(key)) {
        try {
            if (place.read(key, parse))
                files.push_back({place.file, /*fault=*/""});
        } catch (const Error &error) {
            files.push_back(
                {place.file, "'" + place.file.string() + "' is " + error.what() +
                                 (place.is_installed ? "; install fovea anew"
                                                     : "; remove the file, it is made anew")});
        }
    }
    return files;
}

/** \brief Those used longest ago go, and what killed writers left */
void make_room(const fs::path &networks)
{
    std::vector<std::tuple<fs::file_time_type, std::uintmax_t, fs::path>> files;
    std::uintmax_t all = 0;
    std::error_code error;
    const auto now = fs::file_time_type::clock::now();
    for (const auto &entry : fs::directory_iterator(networks, error)) {
        const auto last = entry.last_write_time(error);
        const std::uintmax_t size = error ? 0 : entry.file_size(error);
        if (error) // another process took it
            continue;
        if (entry.path().extension() == ".network") {
            files.emplace_back(last, size, entry.path());
            all += size;
        } else if (entry.path().extension() == part_ending && now - last > part_lasts) {
            fs::remove(entry.path(), error);
        }
    }
    std::sort(files.begin(), files.end());
    for (auto file = files.begin(); all > most_cache_bytes && file != files.end(); ++file) {
        fs::remove(std::get<fs::path>(*file), error);
        all -= std::get<std::uintmax_t>(*file);
    }
}

void keep(const std::string &key, const std::string &bytes)
{
    const fs::path networks = folder();
    if (networks.empty() || key.empty())
        throw Error(Error::Kind::Settings,
                    networks.empty()
                        ? "networks are kept in a cache folder, expected its absolute path, got '" +
                              cache_folder().string() + "'; set HOME or FOVEA_CACHE"
                        : "the model's card changed while it was read; try again");
    make_folder(networks);
    // Nobody waits for the disk: what a power cut damages is made anew. Of a mode that bytes_of() believes
    AtomicFileOptions options;
    options.is_synced = false;
    options.replaces_all = true;
    options.mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    write_whole(networks / name_of(key), bytes, options);
    make_room(networks);
}

} // namespace

std::string network_key(const Bundle &bundle, const std::string &weights_sha256,
                        const std::string &what)
{
    if (bundle.card_sha256().empty())
        return "";
    return what + "; weights " + weights_sha256 + "; card " + bundle.card_sha256() +
           "; made by " FOVEA_GRAPH_SOURCES " and LibTorch " + libtorch_version();
}

std::optional<KeptNetwork> find_network(const std::string &key)
{
    return find(key, parse_network);
}

std::optional<HeadParameters> find_head(const std::string &key)
{
    return find(key, parse_head);
}

std::vector<KeptModelFile> kept_networks_of(const std::string &key)
{
    return kept_of(key, parse_network);
}

std::vector<KeptModelFile> kept_heads_of(const std::string &key)
{
    return kept_of(key, parse_head);
}

void keep_network(const std::string &key, const KeptNetwork &network)
{
    keep(key, network_file(key, network));
}

void keep_head(const std::string &key, const HeadParameters &head)
{
    keep(key, head_file(key, head));
}

} // namespace fovea
