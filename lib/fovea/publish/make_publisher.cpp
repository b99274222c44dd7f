// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>

#include <glib.h>

#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/publish/line_publisher.h"
#include "fovea/publish/publisher.h"
#include "fovea/publish/receiver_uri.h"
#include "fovea/publish/sending_publisher.h"
#include "fovea/publish/spool.h"
#include "fovea/store/atomic_file.h"
#ifdef FOVEA_MQTT
#include "fovea/publish/mqtt_transport.h"
#endif
#ifdef FOVEA_KAFKA
#include "fovea/publish/kafka_transport.h"
#endif
#ifdef FOVEA_HTTP
#include "fovea/publish/http_transport.h"
#endif

namespace fovea {

namespace {

constexpr const char *expected =
    "expected stdout:, file:///path, a path, mqtt(s)://, kafka:// or http(s)://";

struct Receiver {
    const char *scheme = nullptr;
    const char *secure_scheme = nullptr; ///< with TLS; nullptr: by a setting
    const char *package = nullptr;
    std::string (*version)() = nullptr; ///< nullptr: this build lacks it
    std::unique_ptr<Transport> (*make)(const std::string &,
                                       const PublisherOptions &) = nullptr; ///< likewise
};

constexpr Receiver receivers[] = {{"mqtt", "mqtts", "libmosquitto-dev",
#ifdef FOVEA_MQTT
                                   mqtt_library_version, make_mqtt_transport
#endif
                                  },
                                  {"kafka", nullptr, "librdkafka-dev",
#ifdef FOVEA_KAFKA
                                   kafka_library_version, make_kafka_transport
#endif
                                  },
                                  {"http", "https", "libsoup-3.0-dev",
#ifdef FOVEA_HTTP
                                   http_library_version, make_http_transport
#endif
                                  }};

/** \brief None: a file, or no receiver at all \throw Error Settings when this build lacks it */
const Receiver *receiver_of(const std::string &uri)
{
    const std::string scheme = scheme_of(uri);
    for (const Receiver &receiver : receivers) {
        if (scheme != receiver.scheme &&
            (receiver.secure_scheme == nullptr || scheme != receiver.secure_scheme))
            continue;
        if (receiver.make == nullptr)
            throw Error(Error::Kind::Settings,
                        "uri " + receiver_uri(uri).name() + ": this fovea was built without " +
                            scheme + "; install " + receiver.package + " and build it again");
        return &receiver;
    }
    return nullptr;
}

bool is_standard_output(const std::string &uri)
{
    return uri == "stdout:" || uri == "stdout://";
}

/** \brief The file that a URI names; empty: standard output */
std::filesystem::path file_of(const std::string &uri, const std::string &scheme)
{
    if (is_standard_output(uri))
        return {};
    if (uri.empty())
        throw Error(Error::Kind::Settings, std::string("uri is empty, ") + expected);
    if (scheme.empty())
        return uri;
    g_autofree gchar *file = g_filename_from_uri(uri.c_str(), nullptr, nullptr);
    // of another scheme it may hold a password
    if (file == nullptr)
        throw Error(Error::Kind::Settings,
                    "uri is '" + (scheme == "file" ? uri : scheme + ":...") + "', " + expected);
    return file;
}

/* Where anybody may have made one before: who reads it would know the lines, who writes into it what is sent in our name */
std::filesystem::path temporary_spool_folder()
{
    std::error_code error; // TMPDIR may name a folder that is gone
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    return (error ? "/tmp" : folder) / ("fovea-spool-" + std::to_string(geteuid()));
}

/** \brief Makes the folder, for this user alone. \throw Error Settings where another has it, or may look into it */
void make_own(const std::filesystem::path &folder)
{
    struct stat status = {};
    mkdir(folder.c_str(), S_IRWXU);
    if (lstat(folder.c_str(), &status) != 0)
        throw cannot_write(folder, errno);
    if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw Error(Error::Kind::Settings,
                    "spool '" + folder.string() +
                        "': expected a folder of this user alone, got one that others have, or may "
                        "look into; set HOME or property spool, or remove it");
}

std::string spool_name(const std::string &uri, const std::string &owner)
{
    const std::string whole = uri + "\n" + owner;
    g_autofree gchar *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole.c_str(),
                                                           static_cast<gssize>(whole.size()));
    constexpr std::size_t digits = 16;
    return std::string(hash, digits);
}

} // namespace

std::filesystem::path default_spool_folder()
{
    const char *state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/')
        return std::filesystem::path(state) / "fovea" / "spool";
    const char *home = std::getenv("HOME");
    if (home != nullptr && *home == '/')
        return std::filesystem::path(home) / ".local/state/fovea/spool";
    return temporary_spool_folder();
}

void check_receiver(const std::string &uri)
{
    if (receiver_of(uri) != nullptr)
        receiver_uri(uri);
    else
        file_of(uri, scheme_of(uri));
}

void check_signing(const std::string &uri, const std::string &key, const std::string &named)
{
    const std::string scheme = scheme_of(uri);
    if (!key.empty() && scheme != "http" && scheme != "https")
        throw Error(Error::Kind::Settings,
                    named + ": only what goes by http:// or https:// is signed, got " +
                        (scheme.empty() ? "a file" : scheme + ":") + "; leave it out");
}

std::string meant_receiver(const std::string &uri)
{
    check_receiver(uri);
    if (receiver_of(uri) != nullptr)
        return uri;
    const std::filesystem::path file = file_of(uri, scheme_of(uri));
    if (file.empty())
        return "stdout:";
    std::error_code error; // of a folder that cannot be looked into
    const std::filesystem::path meant = std::filesystem::weakly_canonical(file, error);
    return (error || meant.is_relative() ? std::filesystem::absolute(file).lexically_normal()
                                         : meant)
        .string();
}

std::unique_ptr<Publisher> make_publisher(const std::string &uri, const PublisherOptions &options)
{
    check_signing(uri, options.signing_key, "signing-key");
    if (const Receiver *receiver = receiver_of(uri)) {
        const ReceiverUri parsed = receiver_uri(uri);
        std::unique_ptr<Transport> transport = receiver->make(uri, options);
        const std::filesystem::path folder =
            options.spool.empty() ? default_spool_folder() : options.spool;
        if (options.spool.empty() && folder == temporary_spool_folder())
            make_own(folder);
        auto spool = std::make_unique<Spool>(
            folder, parsed.scheme + "-" + spool_name(uri, options.owner), options.spool_bytes);
        return std::make_unique<SendingPublisher>(std::move(transport), std::move(spool),
                                                  parsed.name(), options.on_trouble,
                                                  options.last_wait);
    }
    return std::make_unique<LinePublisher>(file_of(uri, scheme_of(uri)), options.append,
                                           options.rotation);
}

std::vector<PublisherLibrary> publisher_libraries()
{
    std::vector<PublisherLibrary> libraries;
    for (const Receiver &receiver : receivers) {
        std::string schemes = receiver.scheme;
        if (receiver.secure_scheme != nullptr)
            schemes += std::string(", ") + receiver.secure_scheme;
        libraries.push_back(
            {schemes, receiver.package, receiver.version != nullptr ? receiver.version() : ""});
    }
    return libraries;
}

} // namespace fovea
