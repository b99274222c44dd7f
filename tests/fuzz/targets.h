// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "fovea/core/errors.h"

/*
 * What the fuzzer feeds: each target reads its input as one kind of file that strangers hand over. A reader may
 * refuse with fovea::Error, in one line; a crash, another exception or a longer refusal is a finding.
 */
void fuzz_card(std::string_view input);
void fuzz_weights(std::string_view input);
void fuzz_feature_file(std::string_view input);
void fuzz_results(std::string_view input);
void fuzz_list(std::string_view input);
void fuzz_calibration(std::string_view input);
void fuzz_detector_cfg(std::string_view input);
void fuzz_network(std::string_view input);
void fuzz_stamps(std::string_view input);
void fuzz_container(std::string_view input);

/** \brief \a input as a file in a folder of this process, the same each time. \return its path */
std::string as_file(std::string_view input, const std::string &name);

/** \brief How many inputs were read, and how many refused: a target that refuses all tries nothing. */
struct Outcomes {
    int read = 0;
    int refused = 0;
};

inline Outcomes outcomes;

template <typename Read>
void expect_read_or_refused(Read &&read)
{
    try {
        std::forward<Read>(read)();
        ++outcomes.read;
    } catch (const fovea::Error &error) {
        ++outcomes.refused;
        const std::string_view line = error.what();
        if (!line.empty() && line.find('\n') == std::string_view::npos)
            return;
        std::fprintf(stderr, "expected a refusal in one line, got: %s\n", error.what());
        std::abort();
    }
}
