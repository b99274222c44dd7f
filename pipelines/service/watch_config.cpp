// SPDX-License-Identifier: MIT
#include "service/watch_config.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/secret.h"
#include "fovea/core/text_file.h"
#include "fovea/decide/zones.h"
#include "fovea/publish/publisher.h"
#include "service/watch_check.h"

namespace fovea {

namespace {

const char *kind_of(const toml::node &node)
{
    switch (node.type()) {
    case toml::node_type::string:
        return "text";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::table:
        return "a table";
    default:
        return "a date or time";
    }
}

std::string text_of(double number)
{
    return formatted("%.10g", number);
}

std::string text_of(const toml::node &node)
{
    if (const auto text = node.value<std::string>())
        return "'" + *text + "'";
    if (const auto number = node.value<double>())
        return text_of(*number);
    return kind_of(node);
}

/** \brief A table of the file, whose keys are all asked for or refused */
class Table
{
public:
    Table(const toml::table &table, std::string file, std::string path)
        : table_(table), file_(std::move(file)), path_(std::move(path))
    {
    }

    void take(const char *key, std::string *value)
    {
        if (const toml::node *node = find(key))
            *value = checked<std::string>(*node, key, "text");
    }

    void take(const char *key, bool *value)
    {
        if (const toml::node *node = find(key))
            *value = checked<bool>(*node, key, "true or false");
    }

    void take(const char *key, std::int64_t *value, std::int64_t low, std::int64_t high)
    {
        const toml::node *node = find(key);
        if (node == nullptr)
            return;
        const std::string expected =
            "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
        *value = checked<std::int64_t>(*node, key, expected.c_str());
        if (*value < low || *value > high)
            refuse(*node, key, expected, text_of(*node));
    }

    void take(const char *key, double *value, double low, double high)
    {
        const toml::node *node = find(key);
        if (node == nullptr)
            return;
        const auto number = node->is_number() ? node->value<double>() : std::nullopt;
        if (!number || !(*number >= low && *number <= high))
            refuse(*node, key, "a number from " + text_of(low) + " to " + text_of(high),
                   number ? text_of(*node) : kind_of(*node));
        *value = *number;
    }

    void take(const char *key, std::optional<double> *value, double low, double high)
    {
        if (find(key) == nullptr)
            return;
        double number = 0;
        take(key, &number, low, high);
        *value = number;
    }

    void take(const char *key, std::vector<std::string> *value)
    {
        const toml::node *node = find(key);
        if (node == nullptr)
            return;
        if (const auto text = node->value<std::string>(); text && node->is_string()) {
            *value = {*text};
            return;
        }
        const toml::array *list = node->as_array();
        if (list == nullptr)
            refuse(*node, key, "a list of texts", kind_of(*node));
        value->clear();
        for (const toml::node &entry : *list)
            value->push_back(checked<std::string>(entry, key, "a list of texts"));
    }

    std::optional<Table> table(const char *key)
    {
        const toml::node *node = find(key);
        if (node == nullptr)
            return std::nullopt;
        if (!node->is_table())
            refuse(*node, key, std::string("a table [") + key + "]", kind_of(*node));
        return Table(*node->as_table(), file_, where(key) + ".");
    }

    std::vector<Table> tables(const char *key)
    {
        std::vector<Table> found;
        const toml::node *node = find(key);
        if (node == nullptr)
            return found;
        const toml::array *list = node->as_array();
        if (list == nullptr || !list->is_homogeneous(toml::node_type::table))
            refuse(*node, key, std::string("tables [[") + key + "]]", kind_of(*node));
        for (const toml::node &entry : *list)
            found.emplace_back(*entry.as_table(), file_, where(key) + ".");
        return found;
    }

    /** \brief Whatever was not asked for is a slip of the pen */
    void end() const
    {
        for (const auto &[key, node] : table_) {
            const std::string name(key.str());
            if (known_.count(name) > 0)
                continue;
            std::string all;
            for (const std::string &one : known_)
                all += (all.empty() ? "" : ", ") + one;
            refuse(node, name, "one of " + all, "this key");
        }
    }

    [[noreturn]] void refuse_key(const char *key, const std::string &expected,
                                 const std::string &got) const
    {
        refuse_key(key, "expected " + expected + ", got " + got);
    }

    [[noreturn]] void refuse_key(const char *key, const std::string &why) const
    {
        const toml::node *node = table_.get(key);
        refuse(node != nullptr ? *node : static_cast<const toml::node &>(table_), key, why);
    }

private:
    const toml::node *find(const char *key)
    {
        known_.insert(key);
        return table_.get(key);
    }

    template <typename Value>
    Value checked(const toml::node &node, const char *key, const char *expected) const
    {
        if (const auto *exact = node.as<Value>())
            return exact->get();
        refuse(node, key, expected, kind_of(node));
    }

    std::string where(const std::string &key) const { return path_ + key; }

    [[noreturn]] void refuse(const toml::node &node, const std::string &key,
                             const std::string &expected, const std::string &got) const
    {
        refuse(node, key, "expected " + expected + ", got " + got);
    }

    [[noreturn]] void refuse(const toml::node &node, const std::string &key,
                             const std::string &why) const
    {
        throw Error(Error::Kind::Settings, file_ + ":" + std::to_string(node.source().begin.line) +
                                               ": " + where(key) + ": " + why);
    }

    const toml::table &table_;
    std::string file_;
    std::string path_;
    std::set<std::string> known_;
};

constexpr double seconds_a_day = 86400;

void take_alarms(Table *table, AlarmSettings *alarms)
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

void take_secret(Table *table, const char *key, std::string *where)
{
    table->take(key, where);
    if (!where->empty() && !is_secret_place(*where)) // it may be the secret itself
        table->refuse_key(key, "file:PATH or env:NAME, where the secret stands", "neither");
}

/* What foveaalarm and WeekSchedule say themselves is told with its line */
template <typename Check>
void checked_by(const Table &table, const char *key, Check &&check)
{
    try {
        check();
    } catch (const Error &error) {
        table.refuse_key(key, error.what());
    }
}

CameraConfig camera_from(Table table, const AlarmSettings &alarms)
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
    checked_by(table, "uri", [&] { check_address(camera.uri); });
    if (!camera.record_uri.empty())
        checked_by(table, "record_uri", [&] { check_address(camera.record_uri); });
    if (camera.transport != "tcp" && camera.transport != "udp" && camera.transport != "auto")
        table.refuse_key("transport", "tcp, udp or auto", "'" + camera.transport + "'");
    checked_by(table, "ca_file", [&] { check_certificates(camera); });
    checked_by(table, "zones", [&] { zones_from(camera.zones); });
    checked_by(table, "schedule", [&] { camera.schedule = WeekSchedule(schedule); });
    return camera;
}

ReceiverConfig receiver_from(Table table)
{
    ReceiverConfig receiver;
    table.take("uri", &receiver.uri);
    take_secret(&table, "credentials", &receiver.credentials);
    take_secret(&table, "signing_key", &receiver.signing_key);
    table.take("ca_file", &receiver.ca_file);
    table.end();
    checked_by(table, "uri", [&] { check_receiver(receiver.uri); });
    return receiver;
}

void take_recording(Table table, RecordingConfig *recording)
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

void take_page(Table table, PageConfig *page)
{
    table.take("enabled", &page->enabled);
    table.take("address", &page->address);
    table.take("port", &page->port, 0, 65535);
    table.take("token_file", &page->token_file);
    table.take("certificate_file", &page->certificate_file);
    table.take("key_file", &page->key_file);
    table.end();
}

WatchConfig config_from(Table table)
{
    WatchConfig config;
    std::string folder = config.folder.string();
    table.take("folder", &folder);
    config.folder = folder;
    table.take("model", &config.model);
    table.take("detector", &config.detector);
    table.take("fps", &config.fps, 1, 240);
    table.take("motion_gate", &config.motion_gate);
    table.take("learn", &config.learn);
    for (const Table &receiver : table.tables("receiver"))
        config.receivers.push_back(receiver_from(receiver));
    if (auto alarms = table.table("alarms")) {
        take_alarms(&*alarms, &config.alarms);
        alarms->end();
    }
    if (auto recording = table.table("recording"))
        take_recording(*recording, &config.recording);
    if (auto page = table.table("page"))
        take_page(*page, &config.page);
    for (const Table &camera : table.tables("camera")) {
        config.cameras.push_back(camera_from(camera, config.alarms));
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

WatchConfig read_watch_config(const std::filesystem::path &file)
{
    const std::string text = read_text(file, "configuration");
    try {
        const toml::table table = toml::parse(text, file.string());
        return config_from(Table(table, file.string(), ""));
    } catch (const toml::parse_error &error) {
        throw Error(Error::Kind::Settings, file.string() + ":" +
                                               std::to_string(error.source().begin.line) + ": " +
                                               std::string(error.description()));
    }
}

std::vector<CameraConfig> cameras_of(const std::vector<std::string> &uris)
{
    std::vector<CameraConfig> cameras;
    for (const std::string &uri : uris) {
        check_address(uri);
        CameraConfig camera;
        camera.name = "camera-" + std::to_string(cameras.size() + 1);
        camera.uri = uri;
        cameras.push_back(camera);
    }
    return cameras;
}

} // namespace fovea
