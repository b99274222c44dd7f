#pragma once

#include "fovea/bundle/bundle.h"
#include "media/plan.h"

namespace CLI {
class App;
}

namespace fovea {

/** \brief --focus, --fusion, --entropy and --attribution of a command that analyses videos */
void add_focus_options(CLI::App *command, AnalysisSettings *settings);

/** \brief What is asked for, and as the card says where it was left to it */
SecondLook look_of(const AnalysisSettings &settings, const ActivityCard &card);

/**
 * \brief Whether what is asked of a closer look has a meaning with this model
 * \throw Error Settings naming the option, what it is and what was expected
 */
void check_focus(const AnalysisSettings &settings, const Bundle &model);

} // namespace fovea
