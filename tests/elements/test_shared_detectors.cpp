// SPDX-License-Identifier: MIT
#include <memory>

#include <gtest/gtest.h>

#include "detect/shared_detectors.h"
#include "fovea/core/errors.h"

using fovea::shared_detector;

TEST(SharedDetectors, AnIdIsOneNetworkForAsLongAsItIsUsed)
{
    auto first = shared_detector("one-network", "hog", {});
    EXPECT_EQ(shared_detector("one-network", "hog", {}), first);
    EXPECT_NE(shared_detector("another", "hog", {}), first);
    EXPECT_NE(shared_detector("", "hog", {}), first) << "no id: one of its own";
    EXPECT_THROW(shared_detector("one-network", "yolo-fastest-1.1", {}), fovea::Error);
    const std::weak_ptr<fovea::Detector> seen = first;
    first.reset();
    EXPECT_TRUE(seen.expired());
}
