// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/decide/label_decision.h"

constexpr fovea::DecisionRule events = {/*normal=*/0, /*threshold=*/0.5F};
constexpr fovea::DecisionRule activities = {/*normal=*/-1, /*threshold=*/0.3F};
