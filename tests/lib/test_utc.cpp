// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/utc.h"

TEST(Utc, IsIso8601ToTheMillisecond)
{
    EXPECT_EQ(fovea::to_utc_text(0), "1970-01-01T00:00:00.000Z");
    // `date -ud 2026-11-26T14:05:27Z +%s` is 1795701927
    EXPECT_EQ(fovea::to_utc_text(1'795'701'927'123'456'789), "2026-11-26T14:05:27.123Z");
    EXPECT_EQ(fovea::to_utc_text(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(fovea::from_utc_text("2026-11-26T14:05:27.123Z"), 1'795'701'927'123'000'000);
    EXPECT_EQ(fovea::from_utc_text("1969-12-31T23:59:59.999Z"), -1'000'000);
    for (const char *other :
         {"", "2026-11-26", "2026-02-30T00:00:00.000Z", "2026-11-26T14:05:27.123Zz",
          "2600-01-01T00:00:00.000Z"}) // int64 ends in 2262
        EXPECT_FALSE(fovea::from_utc_text(other)) << other;
}
