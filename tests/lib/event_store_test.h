// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "fovea/store/events/event_store.h"
#include "temporary_folder.h"

namespace fovea::test {

using Strings = std::vector<std::string>;
using Ids = std::vector<std::int64_t>;

/** \brief A store of a test's own */
class EventStoreTest : public testing::Test
{
protected:
    const std::filesystem::path file() const { return folder_.path() / "events.db"; }

    static StoredAlarm made(const std::string &camera, const std::string &label, Nanoseconds begin,
                            Nanoseconds end, float score = 0.5F)
    {
        StoredAlarm alarm;
        alarm.camera = camera;
        alarm.label = label;
        alarm.run = "0123456789abcdef";
        alarm.begin_utc = begin;
        alarm.end_utc = end;
        alarm.score = score;
        return alarm;
    }

    static Ids ids(const std::vector<StoredAlarm> &alarms)
    {
        Ids ids;
        for (const StoredAlarm &alarm : alarms)
            ids.push_back(alarm.id);
        return ids;
    }

    Ids found(const AlarmQuery &query) { return ids(EventReader(file()).alarms(query)); }

    void run_sql(const std::string &sql) const
    {
        sqlite3 *handle = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }

    TemporaryFolder folder_;
};

} // namespace fovea::test
