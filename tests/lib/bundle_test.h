// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea_test {

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Error;
using fovea::Json;

template <typename Work>
std::string error_of_kind(Error::Kind kind, Work &&work)
{
    try {
        std::forward<Work>(work)();
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}

inline void expect_parts(const std::string &text, const std::vector<std::string> &parts)
{
    for (const std::string &part : parts)
        EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' in: " << text;
}

/** \brief The shipped model `watch` copied where a test may break it */
class WatchCopy : public testing::Test
{
protected:
    void SetUp() override
    {
        const char *models = std::getenv("FOVEA_MODEL_PATH");
        ASSERT_NE(models, nullptr);
        models_ = models;
        fs::copy(fs::path(models) / "watch", folder_);
        setenv("FOVEA_CACHE", (root_.path() / "cache").c_str(), 1);
    }

    void TearDown() override
    {
        unsetenv("FOVEA_CACHE");
        setenv("FOVEA_MODEL_PATH", models_.c_str(), 1);
    }

    void change_card(const std::string &pointer, const Json &value) const
    {
        Json card = fovea::read_json(folder_ / "card.json");
        card[Json::json_pointer(pointer)] = value;
        root_.write("watch/card.json", card.dump());
    }

    /** \brief Weights changed by \a change, and a card that does not check them */
    template <typename Change>
    void change_weights(Change &&change) const
    {
        fovea::Weights weights = fovea::read_weights(folder_ / "watch.pt");
        std::forward<Change>(change)(weights);
        c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
        for (const auto &[name, tensor] : weights)
            dict.insert(name, tensor);
        const std::vector<char> bytes = torch::jit::pickle_save(dict);
        root_.write("watch/watch.pt", {bytes.begin(), bytes.end()});
        change_card("/files/0/sha256", "");
    }

    Bundle open() const { return Bundle::open(folder_.string()); }

    std::string error_of_extractor(Error::Kind kind) const
    {
        return error_of_kind(kind, [this] { fovea::load_feature_extractor(open(), {}); });
    }

    std::string error_of_head(const std::string &head) const
    {
        return error_of_kind(Error::Kind::Settings, [&] { fovea::load_head(open(), head); });
    }

    TemporaryFolder root_;
    fs::path folder_ = root_.path() / "watch";
    std::string models_;
};

} // namespace fovea_test
