// SPDX-License-Identifier: MIT
#include "service/watch_config.h"

#include <algorithm>
#include <tuple>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/secret.h"
#include "fovea/core/text_file.h"
#include "fovea/decide/zones.h"
#include "fovea/publish/publisher.h"
#include "service/event_log.h"
#include "service/page/page_check.h"
#include "service/toml_table.h"
#include "service/watch_check.h"

namespace fovea {

namespace {

constexpr double seconds_a_day = 86400;

void take_alarms(TomlTable *table, AlarmSettings *alarms)
{
    table->take("on", &alarms->on, 0, 1);
    table->take("off", &alarms->off, 0, 1);
    table->take("min_duration", &alarms->min_duration, 0, seconds_a_day);
    table->take("cool_down", &alarms->cool_down, 0, seconds_a_day);
    table->take("alarms_per_hour", &alarms->alarms_per_hour, AlarmSettings::fewest_an_hour,
                AlarmSettings::most_an_hour);
    if (alarms->on && alarms->off && *alarms->off > *alarms->on)
        table->refuse_key("off", "at most on, " + formatted("%g", *alarms->on),
                          formatted("%g", *alarms->off));
}

void take_secret(TomlTable *table, const char *key, std::string *where)
{
    table->take(key, where);
    if (!where->empty() && !is_secret_place(*where)) // it may be the secret itself
        table->refuse_key(key, "file:PATH or env:NAME, where the secret stands", "neither");
}

/* What foveaalarm and WeekSchedule say themselves is told with its line */
template <typename Check>
void checked_by(const TomlTable &table, const char *key, Check &&check)
{
    try {
        check();
    } catch (const Error &error) {
        table.refuse_key(key, error.what(), error.kind());
    }
}

CameraConfig camera_from(TomlTable table, const AlarmSettings &alarms,
                         const std::set<std::string> &known)
{
    CameraConfig camera;
    camera.alarms = alarms;
    table.take("name", &camera.name);
    table.take("uri", &camera.uri);
    table.take("record_uri", &camera.record_uri);
    take_secret(&table, "credentials", &camera.credentials);
    table.take("ca_file", &camera.ca_file);
    table.take("transport", &camera.transport);
    constexpr double most_seconds = 3600; // of foveacamera
    table.take("timeout", &camera.timeout, 0.1, most_seconds);
    table.take("frozen_timeout", &camera.frozen_timeout, 0, most_seconds);
    table.take("check_picture", &camera.check_picture);
    table.take("zones", &camera.zones);
    take_alarms(&table, &camera.alarms);
    std::vector<std::string> schedule;
    table.take("schedule", &schedule);
    table.end();
    checked_by(table, "name", [&] { check_name(camera.name); });
    if (known.count(camera.uri) == 0)
        checked_by(table, "uri", [&] { check_address(camera.uri); });
    if (!camera.record_uri.empty() && known.count(camera.record_uri) == 0)
        checked_by(table, "record_uri", [&] { check_address(camera.record_uri); });
    if (camera.transport != "tcp" && camera.transport != "udp" && camera.transport != "auto")
        table.refuse_key("transport", "tcp, udp or auto", "'" + camera.transport + "'");
    checked_by(table, "ca_file", [&] { check_certificates(camera); });
    checked_by(table, "zones", [&] { zones_from(camera.zones); });
    checked_by(table, "schedule", [&] { camera.schedule = WeekSchedule(schedule); });
    return camera;
}

void take_receiver(TomlTable table, WatchConfig *config)
{
    ReceiverConfig receiver;
    table.take("uri", &receiver.uri);
    take_secret(&table, "credentials", &receiver.credentials);
    take_secret(&table, "signing_key", &receiver.signing_key);
    table.take("ca_file", &receiver.ca_file);
    table.end();
    checked_by(table, "uri", [&] { add_receiver(config, receiver); });
}

void take_recording(TomlTable table, RecordingConfig *recording)
{
    constexpr double most_seconds = 600;
    table.take("enabled", &recording->enabled);
    table.take("before", &recording->before, 0, most_seconds);
    table.take("after", &recording->after, 0, most_seconds);
    table.take("longest", &recording->longest, 1, seconds_a_day);
    if (const double least = recording->before + recording->after; recording->longest < least)
        table.refuse_key("longest",
                         "at least before and after together, " + formatted("%g s", least),
                         formatted("%g s", recording->longest));
    table.take("days", &recording->days, 0, 36500);
    table.take("gigabytes", &recording->gigabytes, 0, 1'000'000);
    table.end();
}

void take_page(TomlTable table, PageConfig *page)
{
    table.take("enabled", &page->enabled);
    table.take("address", &page->address);
    table.take("port", &page->port, 0, 65535);
    table.take("token_file", &page->token_file);
    table.take("certificate_file", &page->certificate_file);
    table.take("key_file", &page->key_file);
    table.take("shown_in", &page->shown_in);
    for (const std::string &origin : page->shown_in)
        if (!is_origin(origin))
            table.refuse_key("shown_in", "origins such as \"http://homeassistant.local:8123\"",
                             "'" + origin + "'");
    table.end();
    page->place = table.place();
}

WatchConfig config_from(TomlTable table, const std::set<std::string> &known)
{
    WatchConfig config;
    std::string folder = config.folder.string();
    table.take("folder", &folder);
    if (folder.empty() || folder.front() == '~')
        table.refuse_key("folder", "a path (~ is a shell's alone)", "'" + folder + "'");
    config.folder = folder;
    config.folder_place = table.place("folder");
    table.take("model", &config.model);
    table.take("detector", &config.detector);
    table.take("fps", &config.fps, 1, 240);
    table.take("motion_gate", &config.motion_gate);
    table.take("learn", &config.learn);
    for (const TomlTable &receiver : table.tables("receiver"))
        take_receiver(receiver, &config);
    if (auto alarms = table.table("alarms")) {
        take_alarms(&*alarms, &config.alarms);
        alarms->end();
    }
    if (auto recording = table.table("recording"))
        take_recording(*recording, &config.recording);
    if (auto page = table.table("page"))
        take_page(*page, &config.page);
    for (const TomlTable &camera : table.tables("camera")) {
        config.cameras.push_back(camera_from(camera, config.alarms, known));
        const std::string &name = config.cameras.back().name;
        const auto twins = std::count_if(config.cameras.begin(), config.cameras.end(),
                                         [&](const CameraConfig &one) { return one.name == name; });
        if (twins > 1)
            camera.refuse_key("name", "another name than the cameras before",
                              "'" + name + "' again");
    }
    table.end();
    if (config.cameras.empty())
        table.refuse_key("camera", "at least one [[camera]]", "none");
    return config;
}

} // namespace

bool CameraConfig::operator==(const CameraConfig &other) const
{
    const auto all = [](const CameraConfig &one) {
        const AlarmSettings &alarms = one.alarms;
        return std::tie(one.name, one.uri, one.record_uri, one.credentials, one.ca_file,
                        one.transport, one.timeout, one.frozen_timeout, one.check_picture,
                        one.zones, one.schedule, alarms.on, alarms.off, alarms.min_duration,
                        alarms.cool_down, alarms.alarms_per_hour);
    };
    return all(*this) == all(other);
}

bool WatchConfig::has_camera(const std::string &name) const
{
    return std::any_of(cameras.begin(), cameras.end(),
                       [&](const CameraConfig &one) { return one.name == name; });
}

void add_receiver(WatchConfig *config, const ReceiverConfig &receiver)
{
    const std::string meant = meant_receiver(receiver.uri);
    const auto is_same = [&](const ReceiverConfig &one) { // two users of one URI are two
        return meant_receiver(one.uri) == meant &&
               std::tie(one.credentials, one.signing_key) ==
                   std::tie(receiver.credentials, receiver.signing_key);
    };
    if (std::any_of(config->receivers.begin(), config->receivers.end(), is_same))
        throw Error(Error::Kind::Settings, "'" + printed_uri(receiver.uri) +
                                               "' again: each line would go there twice; take one "
                                               "of both out");
    config->receivers.push_back(receiver);
}

std::set<std::string> addresses_of(const WatchConfig &config)
{
    std::set<std::string> addresses;
    for (const CameraConfig &camera : config.cameras)
        addresses.insert({camera.uri, camera.record_uri});
    addresses.erase(""); // of one without record_uri
    return addresses;
}

WatchConfig read_watch_config(const std::filesystem::path &file, const std::set<std::string> &known)
{
    const std::string text = read_text(file, "configuration");
    try {
        const toml::table table = toml::parse(text, file.string());
        return config_from(TomlTable(table, file.string(), ""), known);
    } catch (const toml::parse_error &error) {
        throw Error(Error::Kind::Settings, file.string() + ":" +
                                               std::to_string(error.source().begin.line) + ": " +
                                               std::string(error.description()));
    }
}

std::vector<CameraConfig> cameras_of(const std::vector<std::string> &uris,
                                     const std::set<std::string> &known)
{
    std::vector<CameraConfig> cameras;
    for (const std::string &uri : uris) {
        if (known.count(uri) == 0)
            check_address(uri);
        CameraConfig camera;
        camera.name = "camera-" + std::to_string(cameras.size() + 1);
        camera.uri = uri;
        cameras.push_back(camera);
    }
    return cameras;
}

} // namespace fovea
