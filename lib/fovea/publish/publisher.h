// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fovea/publish/line_writer.h"
#include "fovea/publish/message.h"
#include "fovea/publish/transport.h"

namespace fovea {

/** \brief What a publisher did since it was made */
struct PublisherCounts {
    std::uint64_t published = 0; ///< lines that it took
    std::uint64_t delivered = 0; ///< lines that the receiver has confirmed
    std::uint64_t refused = 0;   ///< that the receiver will never take
    std::uint64_t waiting = 0;   ///< lines that it holds now, of earlier runs too
    std::uint64_t dropped_windows = 0;
    std::uint64_t dropped_alarms = 0; ///< and lines of cameras
    bool away = false;                ///< the last try did not reach the receiver
};

/** \brief Where lines go, one interface for all receivers; any thread may call it */
class Publisher
{
public:
    virtual ~Publisher() = default;

    /**
     * \brief Takes a line. It never waits for a receiver on a network
     * \throw Error CannotWrite of a file or of standard output; a receiver that is away is no error
     */
    virtual void publish(const Message &message) = 0;

    /** \brief Makes a camera known before its first alarm, or forgotten, where the receiver has a form for that */
    virtual void announce(const Announcement &) {}

    virtual PublisherCounts counts() const = 0;

    /** \brief Of a file, from the next line on */
    virtual void set_rotation(const Rotation &) {}
};

struct PublisherOptions {
    std::string credentials; ///< `user:password`, read by read_login(); empty: none
    std::string signing_key; ///< of HTTP's signature, read by read_secret(); empty: not signed
    std::filesystem::path
        ca_file; ///< certificates that the receiver's is checked with; empty: the system's
    std::filesystem::path spool; ///< folder of lines that wait; empty: default_spool_folder()
    std::uint64_t spool_bytes = 64 << 20; ///< bound of what waits there
    std::string
        owner; ///< tells several publishers of one URI in one program apart: each has its own queue
    std::chrono::seconds answer_within{10}; ///< of HTTP and MQTT: then a line is sent again
    std::chrono::seconds last_wait{
        5}; ///< of a network, at the end: for what a receiver that is there has not yet
    bool append = false; ///< a file keeps what it holds
    Rotation rotation;   ///< of a file
    /** Told by another thread, a line each time: the receiver is away or back, lines dropped, disk full. No secrets */
    std::function<void(const std::string &)> on_trouble;
};

/** \brief $XDG_STATE_HOME/fovea/spool, or in ~/.local/state; where there is no home, among temporary files, of this user alone */
std::filesystem::path default_spool_folder();

/** \brief That \a uri can be one of make_publisher(), whoever answers there. \throw Error Settings, without secrets */
void check_receiver(const std::string &uri);

/**
 * \brief That what goes to \a uri can be signed, where there is a key
 * \param named what says the key, as errors begin \throw Error Settings: lines by MQTT, for one, would go without a signature
 */
void check_signing(const std::string &uri, const std::string &key, const std::string &named);

/** \brief Alike of two URIs where their lines go to one place: of files however they are named. \throw as check_receiver() */
std::string meant_receiver(const std::string &uri);

/**
 * \brief The publisher that a URI asks for
 *
 *     stdout:  file:///path  path                    whole lines, with the system before publish() is back
 *     mqtt://host[:1883][/prefix]  mqtts://...       MQTT 3.1.1, see mqtt_transport.h
 *     kafka://host[:9092][,host...]/topic[?setting=value&...]   see kafka_transport.h
 *     http://...  https://...                        a POST a line, see http_transport.h
 *
 * Destroying a publisher to a network waits up to `last_wait` for what a receiver that is there has not yet; what is left
 * stays on disk, and the next publisher of the same URI and owner sends it.
 * \throw Error Settings for a URI or option that is wrong, or whose library is not there (with the package's
 * name); CannotWrite when file or spool cannot be
 */
std::unique_ptr<Publisher> make_publisher(const std::string &uri, const PublisherOptions &options);

/** \brief A library that publishers use, and whether this build has it */
struct PublisherLibrary {
    std::string schemes; ///< "mqtt, mqtts"
    const char *package; ///< Debian's, to build with
    std::string version; ///< empty: built without
};

std::vector<PublisherLibrary> publisher_libraries();

} // namespace fovea
