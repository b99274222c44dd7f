// SPDX-License-Identifier: MIT
#include "service/watch_check.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <gst/gst.h>

#include <unistd.h>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/detector_choice.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/camera_address.h"
#include "fovea/core/errors.h"
#include "fovea/core/link_loop.h"
#include "fovea/core/secret.h"
#include "fovea/core/text_file.h"
#include "fovea/publish/publisher.h"
#include "fovea/store/events/event_store.h"
#include "service/camera_chains.h"
#include "service/event_log.h"
#include "service/folder_lock.h"
#include "service/page/page_check.h"

namespace fovea {

namespace {

/** \brief The device or file that an address is of; empty: it is on a network, or only GStreamer knows */
std::filesystem::path place_of(const std::string &uri)
{
    g_autofree gchar *scheme = gst_uri_get_protocol(uri.c_str()); // none: a path
    return scheme == nullptr || uri.rfind("file://", 0) == 0 ? local_path(uri) : "";
}

/** \brief Whether what GStreamer takes for a scheme is a host: host:554/main, user:word@host */
bool is_host_without_scheme(const std::string &uri)
{
    const std::size_t colon = uri.find(':');
    return uri.find("://") == std::string::npos && colon != std::string::npos &&
           (uri.find('@') != std::string::npos ||
            (colon + 1 < uri.size() && g_ascii_isdigit(uri[colon + 1])));
}

bool is_there(const std::filesystem::path &place)
{
    std::error_code error;
    return std::filesystem::exists(place, error);
}

/** \brief Why \a path can neither be written to nor be made; empty: it can */
std::string why_not_writable(const std::filesystem::path &path)
{
    std::error_code none;
    const auto whole = std::filesystem::absolute(path, none);
    auto nearest = whole;
    // a link is there, wherever it leads
    while (!exists(std::filesystem::symlink_status(nearest, none)) && nearest.has_relative_path())
        nearest = nearest.parent_path();
    const bool is_folder = std::filesystem::is_directory(nearest, none);
    int cause = 0;
    if (!is_folder && nearest != whole)
        cause = ENOTDIR;
    else if (access(nearest.c_str(), is_folder ? W_OK | X_OK : W_OK) != 0)
        cause = errno;
    return cause == 0 ? ""
                      : "'" + nearest.string() + "': " + std::generic_category().message(cause);
}

/** \throw Error where a receiver cannot be used, as far as files and the environment say */
void check_usable(const ReceiverConfig &receiver)
{
    std::error_code none;
    const std::filesystem::path place = place_of(receiver.uri);
    if (const auto folder = std::filesystem::absolute(place, none).parent_path();
        !place.empty() && !std::filesystem::is_directory(folder, none))
        throw Error(Error::Kind::NotFound, "folder '" + folder.string() + "' is not there");
    if (std::filesystem::is_directory(place, none))
        throw Error(Error::Kind::Settings, "it is a folder, expected a file");
    if (const std::string why = place.empty() ? "" : why_not_writable(place); !why.empty())
        throw Error(Error::Kind::CannotWrite, why);
    if (!receiver.credentials.empty())
        read_login(receiver.credentials, "credentials");
    if (!receiver.signing_key.empty())
        read_secret(receiver.signing_key, "signing_key");
    check_signing(receiver.uri, receiver.signing_key, "signing_key");
    if (!receiver.ca_file.empty() && access(receiver.ca_file.c_str(), R_OK) != 0)
        throw Error(Error::Kind::NotFound, "ca_file '" + receiver.ca_file +
                                               "': " + std::generic_category().message(errno));
}

/** \brief What is damaged in it, as the start finds it; empty: nothing. \throw Error where it cannot be used otherwise */
std::string why_put_aside(const std::filesystem::path &events)
{
    try {
        check_event_store(events);
    } catch (const DatabaseError &error) {
        if (!error.broken())
            throw;
        return error.cause();
    }
    return "";
}

/** \brief That the folder can be written to, and its events.db used. \throw Error of the kind that it is */
void check_folder(const WatchConfig &config)
{
    std::vector<const char *> names = {"events.db", "events.db-wal", "events.db-shm", "watch.lock"};
    if (config.recording.enabled)
        names.push_back("evidence/");
    if (!config.receivers.empty())
        names.push_back("unsent/");
    for (const char *name : names)
        if (const std::string why = why_not_writable(config.folder / name); !why.empty())
            throw Error(Error::Kind::CannotWrite,
                        config.folder_place + "expected a folder that can be written to, got '" +
                            config.folder.string() + "', " + why +
                            "; name another (--out, or folder in the configuration), or allow it");
    why_put_aside(config.folder / "events.db");
}

/** \brief That receivers' files and secrets, and the page's, can be used. \throw Error of the kind that it is */
void check_files(const WatchConfig &config)
{
    for (const ReceiverConfig &receiver : config.receivers) {
        try {
            check_usable(receiver);
        } catch (const Error &error) {
            throw Error(error.kind(),
                        "receiver '" + printed_uri(receiver.uri) + "': " + error.what());
        }
    }
    check_page(config.page);
}

} // namespace

void check_watch(const WatchConfig &config)
{
    const Bundle model = open_activity_model(config.model);
    check_flow_of(model);
    choose_detector(config.detector, model.activity());
    const bool alarms = alarm_rule(model).has_value();
    for (const CameraConfig &camera : config.cameras) {
        if (!alarms && !camera.alarms.on)
            throw Error(Error::Kind::Settings,
                        "model '" + config.model + "' raises no alarms: '" +
                            model.card_file().string() + "' has no decision.alarms and camera '" +
                            camera.name +
                            "' no 'on'; set on, the score that raises an alarm, under [alarms] of "
                            "the configuration (--config), or write decision.alarms into the card");
        try {
            Alarms(model.labels(), alarm_rule(camera, model));
        } catch (const Error &error) {
            throw Error(error.kind(), "camera '" + camera.name + "': " + error.what() +
                                          "; what it says nothing of is as in '" +
                                          model.card_file().string() + "'");
        }
    }
}

void check_start(const WatchConfig &config)
{
    check_folder(config);
    check_files(config);
    if (holder_of(config.folder).empty()) // else the port may be that of the watch that goes on
        check_port(config.page);
}

void check_restart(const WatchConfig &running, const WatchConfig &read)
{
    check_watch(read);
    if (read.folder != running.folder) // else it is in use
        check_folder(read);
    check_files(read);
    if (!running.page.enabled || read.page.port != running.page.port)
        check_port(read.page);
}

std::vector<std::string> check_notes(const WatchConfig &config)
{
    std::vector<std::string> notes;
    if (const std::string holder = holder_of(config.folder); !holder.empty())
        notes.push_back("folder '" + config.folder.string() +
                        "' is that of a fovea watch, process " + holder +
                        ", that goes on: another is refused until it ends");
    if (const std::string why = why_put_aside(config.folder / "events.db"); !why.empty())
        notes.push_back(why + ": it will be put aside, and a new one begun");
    for (const CameraConfig &camera : config.cameras)
        for (const std::string &uri : {camera.uri, camera.record_uri})
            if (const auto place = place_of(uri); !place.empty() && !is_there(place))
                notes.push_back("camera '" + camera.name + "': '" + place.string() +
                                "' is not there now; it is asked for until it is");
    return notes;
}

void check_name(const std::string &name)
{
    constexpr std::size_t longest = 64;
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char letter) {
        return g_ascii_isalnum(letter) != FALSE || letter == '-' || letter == '_';
    });
    if (name.empty() || name.size() > longest || !is_plain)
        throw Error(Error::Kind::Settings, "expected at most " + std::to_string(longest) +
                                               " letters, digits, - and _, got " +
                                               (name.empty() ? "nothing" : "'" + name + "'"));
}

void check_address(const std::string &uri)
{
    const std::string expected = std::string("expected ") + camera_addresses + ", got ";
    if (uri.empty())
        throw Error(Error::Kind::Settings, expected + "no address");
    const bool is_device = uri.rfind("/dev/video", 0) == 0; // as foveacamera takes it
    g_autofree gchar *scheme =                              // none: a file's name
        is_device ? g_strdup("v4l2") : gst_uri_get_protocol(uri.c_str());
    const bool is_read =
        scheme == nullptr || gst_uri_protocol_is_supported(GST_URI_SRC, scheme) != FALSE;
    const bool is_host = !is_read && !is_device && is_host_without_scheme(uri);
    if (!is_read && !is_host)
        throw Error(Error::Kind::Settings,
                    expected + "'" + (is_device ? uri : scheme + std::string(":")) +
                        "', which no element here reads; correct it, or see fovea doctor");
    const std::filesystem::path place = place_of(uri);
    std::error_code error;
    if (std::filesystem::is_directory(place, error))
        throw Error(Error::Kind::Settings, expected + "the folder '" + place.string() + "'");
    if (const std::string loop = link_loop(error); !loop.empty())
        throw Error(Error::Kind::Settings, expected + "'" + place.string() + "', " + loop);
    const bool is_place = place.empty() || place.is_absolute() || is_there(place) ||
                          (place.has_parent_path() && is_there(place.parent_path()));
    if (is_place && !is_host)
        return; // a file may come later, as its disk does
    // in front and behind may be a password
    const std::string name = uri.substr(uri.rfind('@') + 1);
    const std::string host = name.substr(0, name.find_first_of("/?#"));
    throw Error(Error::Kind::Settings, expected + "'" + host +
                                           "', which is no file; if a camera is meant: rtsp://" +
                                           host + "/...");
}

/* foveacamera reads them in full */
void check_certificates(const CameraConfig &camera)
{
    if (camera.ca_file.empty())
        return;
    const auto is_secure = [](const std::string &uri) {
        return g_ascii_strncasecmp(uri.c_str(), "rtsps:", 6) == 0 ||
               g_ascii_strncasecmp(uri.c_str(), "https:", 6) == 0;
    };
    if (!is_secure(camera.uri) && !is_secure(camera.record_uri))
        throw Error(Error::Kind::Settings,
                    "certificates are for a camera of rtsps://... or https://..., got '" +
                        camera.uri.substr(0, camera.uri.find(':')) + "'; take ca_file out");
    const std::string text = read_text(camera.ca_file, "certificates");
    if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
        throw Error(Error::Kind::Settings,
                    "'" + camera.ca_file +
                        "' holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
}

} // namespace fovea
