// SPDX-License-Identifier: MIT
#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"
#include "targets.h"

/* What is read can be written, and what is written is read again. */
void fuzz_results(std::string_view input)
{
    const std::string file = as_file(input, "results.jsonl");
    expect_read_or_refused([&] {
        for (const fovea::Result &result : fovea::read_results(file))
            fovea::result_from_json(fovea::to_json(result));
    });
}
