// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/random.h"
#include "fovea/store/database.h"
#include "fovea/store/events/kept_window.h"

namespace fovea {

/**
 * \brief Windows of cameras to learn from, in the file of the EventStore: a constant number a camera
 *
 * Of quiet time a sample, in which windows that nearly raised an alarm are more often: each has the weight
 * `score^2 + 0.001` and the priority weight / u, u uniform in (0, 1]; those of the highest priorities are kept.
 * A kept one stands for max(1, t / weight) windows, where t is the highest priority that is not kept: sums
 * over the sample are unbiased ones over all quiet windows.
 * Source: Duffield, Lund, Thorup, Priority sampling for estimation of arbitrary subset sums, J. ACM 54 (6), 2007
 *
 * Belongs to one thread at a time.
 */
class WindowStore
{
public:
    /** \brief Windows a camera, at most */
    struct Limits {
        std::int64_t quiet = 1000;
        std::int64_t of_alarms =
            1000; ///< those of alarms that nobody judged go first, then the oldest
        std::int64_t of_one_alarm = 16;
    };

    /** \param seed of what is kept of quiet time \throw DatabaseError as EventStore */
    WindowStore(const std::filesystem::path &file, const Limits &limits, std::uint64_t seed);
    ~WindowStore();
    WindowStore(const WindowStore &) = delete;
    WindowStore &operator=(const WindowStore &) = delete;

    /** \brief Windows that are kept no more, and the model that they were of */
    struct Forgotten {
        std::int64_t windows = 0;
        std::string model;
    };

    /**
     * \brief A camera is watched: once before its windows
     *
     * What was kept of it with other weights is forgotten: such rows mean something else. \return that
     */
    Forgotten begin(const std::string &camera, const std::string &model,
                    const std::string &weights);

    /** \brief \a seconds more were watched; kept by flush() */
    void add_time(const std::string &camera, double seconds);

    /** \brief A window of quiet time, which is kept or not; of \a window utc, score and rows count */
    void add_quiet(const std::string &camera, const KeptWindow &window);

    /** \brief A window of the alarm \a window.alarm, which is in the store */
    void add_of_alarm(const std::string &camera, const KeptWindow &window);

    /** \brief What is counted in memory goes to the file */
    void flush();

private:
    struct Camera {
        double seconds = 0;    ///< not in the file yet
        double left_out = 0;   ///< highest priority not kept
        std::int64_t kept = 0; ///< of quiet time
        double lowest = 0;     ///< priority of those kept
    };
    struct Statements;

    void insert(const std::string &camera, const KeptWindow &window, double priority);
    void count(const std::string &name, Camera *camera);

    Limits limits_;
    Random random_;
    Database database_;
    std::unique_ptr<Statements> statements_;
    std::map<std::string, Camera> cameras_;
};

/** \brief What is known of a camera; none: it was never watched so. \throw DatabaseError as EventReader */
std::optional<WatchedCamera> watched_camera(const std::filesystem::path &file,
                                            const std::string &camera);

/** \brief All windows kept of a camera, by time \throw as above; Settings when rows are not as many as they say */
std::vector<KeptWindow> kept_windows(const std::filesystem::path &file, const std::string &camera);

/** \brief Names of the cameras with windows, in order \throw as above */
std::vector<std::string> cameras_with_windows(const std::filesystem::path &file);

} // namespace fovea
