// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/time.h"
#include "fovea/store/database.h"

namespace fovea {

/** \brief A stretch of time in which a label's score would raise an alarm, and the highest it reached */
struct AlarmPeak {
    std::string label;
    TimeSpan utc; ///< ns since 1970
    float score = 0;
};

/**
 * \brief How high the scores of cameras got and in how much time, in the file of the EventStore: bounded
 *
 * Time counts by whole hours. Belongs to one thread at a time.
 */
class PeakStore
{
public:
    static constexpr int most = 2000; ///< peaks kept of a camera's label: the highest

    /** \throw DatabaseError as EventStore, as all below */
    explicit PeakStore(const std::filesystem::path &file);
    ~PeakStore();
    PeakStore(const PeakStore &) = delete;
    PeakStore &operator=(const PeakStore &) = delete;

    /** \brief What peaks depend on is \a setting from here on: what was kept with another is forgotten */
    void begin(const std::string &camera, const std::string &setting);

    /** \brief \a seconds more were watched, about \a utc */
    void add_time(const std::string &camera, Nanoseconds utc, double seconds);

    void add(const std::string &camera, const AlarmPeak &peak);

    /** \brief Time and peaks outside these hours are forgotten: old ones, and those of a clock that was ahead */
    void keep_between(const std::string &camera, Nanoseconds from, Nanoseconds to);

    /** \brief The lowest peak kept of a label of which as many as fit are kept: lower ones were let go; else none */
    std::optional<float> lowest_of_full(const std::string &camera, const std::string &label);

    /** \brief That were watched */
    double seconds(const std::string &camera);

    /** \brief All that are kept, but those within near_alarm of an alarm of the camera that was judged true; oldest first */
    std::vector<AlarmPeak> quiet_peaks(const std::string &camera);

private:
    struct Statements;

    Database database_;
    std::unique_ptr<Statements> statements_;
};

} // namespace fovea
