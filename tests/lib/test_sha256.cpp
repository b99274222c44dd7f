// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/bundle/sha256.h"
#include "temporary_folder.h"

namespace {

TEST(Sha256, IsThatOfThePublishedExample)
{
    // FIPS 180-2, appendix B.1: "abc"
    const TemporaryFolder folder;
    EXPECT_EQ(fovea::sha256_of(folder.write("abc", "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
