// SPDX-License-Identifier: MIT
#include "fovea/bundle/card.h"
#include "targets.h"

void fuzz_card(std::string_view input)
{
    const std::string file = as_file(input, "card.json");
    expect_read_or_refused([&] { fovea::read_card(file); });
}
