// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fovea/bundle/default_model.h"
#include "service/week_schedule.h"

namespace fovea {

/** \brief When alarms are raised; what is not said is as the model's card says */
struct AlarmSettings {
    static constexpr double fewest_an_hour =
        0.02; ///< one in two days: fewer are not known in the month that is remembered
    static constexpr double most_an_hour = 60;

    std::optional<double> on;              ///< score in [0, 1]
    std::optional<double> off;             ///< score in [0, 1]
    std::optional<double> min_duration;    ///< s
    std::optional<double> cool_down;       ///< s
    std::optional<double> alarms_per_hour; ///< wished for at most; none: thresholds are not raised
};

/** \brief One camera of a watch */
struct CameraConfig {
    std::string name;        ///< in results, on the page, in file names: letters, digits, - and _
    std::string uri;         ///< of the stream that is looked at
    std::string record_uri;  ///< of the stream that is recorded; empty: the same
    std::string credentials; ///< file:PATH or env:NAME; empty: none, or in the URI
    std::string ca_file;     ///< PEM, of rtsps and https; empty: the system's
    std::string transport = "tcp";
    std::optional<double> timeout;        ///< s, as those of foveacamera, and its values where none
    std::optional<double> frozen_timeout; ///< s; 0: never
    bool check_picture = true;            ///< false: whatever it shows is judged
    std::string zones;                    ///< as foveaalarm takes them
    AlarmSettings alarms;
    WeekSchedule schedule; ///< empty: always

    bool operator==(const CameraConfig &other) const;

    bool operator!=(const CameraConfig &other) const { return !(*this == other); }
};

struct RecordingConfig {
    bool enabled = true;
    double before = 5;      ///< s of an alarm's clip before it begins
    double after = 5;       ///< s behind its end
    double longest = 120;   ///< s of one clip
    std::int64_t days = 30; ///< that evidence is kept; 0: for good
    double gigabytes = 20;  ///< that it may take; the oldest goes first

    /** \brief Whether clips are cut alike: only what begins anew takes another way */
    bool cuts_as(const RecordingConfig &other) const
    {
        return enabled == other.enabled && before == other.before && after == other.after &&
               longest == other.longest;
    }
};

struct PageConfig {
    bool enabled = true;
    std::string address = "127.0.0.1";
    std::int64_t port = 8383;
    std::string token_file; ///< holds the word that visitors must know; empty: nobody is asked
    std::string certificate_file; ///< PEM, with key_file: TLS
    std::string key_file;
    std::vector<std::string> shown_in; ///< origins whose pages may show it in a frame
    std::string place;                 ///< what says it, as errors begin; empty: no file does
};

/** \brief Where alarms are told, as make_publisher() takes it */
struct ReceiverConfig {
    std::string uri;         ///< mqtt://..., kafka://..., https://..., a file; without secrets
    std::string credentials; ///< file:PATH or env:NAME of user:password
    std::string signing_key; ///< file:PATH or env:NAME, of HTTP's signature
    std::string ca_file;     ///< certificates that the receiver's is checked with
};

/** \brief What `fovea watch` does */
struct WatchConfig {
    std::filesystem::path folder = "fovea-watch"; ///< events, evidence, unsent messages
    std::string folder_place;                     ///< what says it, as errors begin
    std::string model = default_model;
    std::string detector;    ///< empty: the card's, or hog where that is not there
    std::string pose;        ///< no entry of the file: the card's, where that is there
    std::int64_t fps = 15;   ///< frames a second that are looked at, at most
    bool motion_gate = true; ///< still pictures are not searched for persons
    bool learn = true;       ///< windows are kept for `fovea adapt`
    std::vector<ReceiverConfig> receivers;
    AlarmSettings alarms; ///< of cameras that say nothing else
    RecordingConfig recording;
    PageConfig page;
    std::vector<CameraConfig> cameras;

    bool has_camera(const std::string &name) const;
};

/** \brief One receiver more \throw Error Settings where it cannot be used, or is there: each line would go there twice */
void add_receiver(WatchConfig *config, const ReceiverConfig &receiver);

/** \brief Of all cameras, what is looked at and what is recorded */
std::set<std::string> addresses_of(const WatchConfig &config);

/**
 * \brief A configuration in TOML
 * \param known addresses that were taken before: a file that is gone is no host
 * \throw Error NotFound when the file is not there; Settings with file, line, key, expected and got
 */
WatchConfig read_watch_config(const std::filesystem::path &file,
                              const std::set<std::string> &known = {});

/** \brief Cameras named camera-1, camera-2, ... for URIs of a command line \param known as read_watch_config() */
std::vector<CameraConfig> cameras_of(const std::vector<std::string> &uris,
                                     const std::set<std::string> &known = {});

} // namespace fovea
