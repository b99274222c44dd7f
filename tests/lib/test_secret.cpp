// SPDX-License-Identifier: MIT
#include <cstdlib>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/secret.h"
#include "temporary_folder.h"

namespace fovea {
namespace {

TEST(Secret, StandsInTheFirstLineOfAFile)
{
    const TemporaryFolder folder;
    const auto file = folder.write("key", "top secret \nsecond line\n");
    EXPECT_EQ(read_secret("file:" + file.string(), "signing-key"), "top secret");
}

TEST(Secret, StandsInTheEnvironment)
{
    setenv("FOVEA_TEST_LOGIN", "anna:a:b", 1);
    const Login login = read_login("env:FOVEA_TEST_LOGIN", "credentials");
    EXPECT_EQ(login.user, "anna");
    EXPECT_EQ(login.password, "a:b");
    unsetenv("FOVEA_TEST_LOGIN");
    EXPECT_EQ(error_of([] { read_login("env:FOVEA_TEST_LOGIN", "credentials"); }),
              "credentials: the environment variable 'FOVEA_TEST_LOGIN' is not set");
}

TEST(Secret, IsNeverTold)
{
    const TemporaryFolder folder;
    const auto file = folder.write("login", "hunter2");
    const std::string no_pair =
        error_of([&] { read_login("file:" + file.string(), "credentials"); });
    EXPECT_NE(no_pair.find("holds no user:password"), std::string::npos) << no_pair;
    EXPECT_EQ(no_pair.find("hunter2"), std::string::npos) << no_pair;
    EXPECT_EQ(error_of([] { read_secret("hunter2", "signing-key"); }),
              "signing-key: expected file:PATH or env:NAME, where the secret stands");
    folder.write("empty", "\n");
    EXPECT_EQ(error_of([&] { read_secret("file:" + (folder.path() / "empty").string(), "key"); }),
              "key: 'file:" + (folder.path() / "empty").string() + "' is empty");
}

} // namespace
} // namespace fovea
