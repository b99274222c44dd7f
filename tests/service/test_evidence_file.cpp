// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/time_units.h"
#include "service/evidence/evidence_file.h"

namespace fovea::test {

TEST(EvidenceFile, LiesInTheFolderOfItsCameraAndDay)
{
    EXPECT_EQ(evidence_file("/out/evidence", "door", 1500 * ms, "fight"),
              "/out/evidence/door/1970-01-01/1970-01-01T00-00-01.500Z-fight");
}

/* One who made a model had clips and pictures of any camera written to where he said */
TEST(EvidenceFile, NoLabelLeadsElsewhere)
{
    EXPECT_EQ(evidence_file("/out", "door", 0, "x/../../../../etc/sit"),
              "/out/door/1970-01-01/1970-01-01T00-00-00.000Z-x_.._.._.._.._etc_sit");
}

TEST(EvidenceFile, OfALongLabelTheBeginIsInItsName)
{
    const std::string umlauts = "\xc3\xa4" + std::string(200, 'a') + "\xc3\xa4";
    EXPECT_EQ(evidence_file("/out", "door", 0, umlauts).filename().string().size(), 25U + 100U);
    std::string wide;
    for (int i = 0; i < 60; ++i)
        wide += "\xe2\x82\xac"; // of three bytes, of which none is cut
    EXPECT_EQ(evidence_file("/out", "door", 0, wide).filename().string().size(), 25U + 99U);
}

} // namespace fovea::test
