// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

namespace fovea {

/** \brief What runs before this one, which a crash ended, say of a piece of work */
struct WorkBefore {
    enum class Kind {
        New,
        Done,
        Skipped,
        Failed,
        Suspect, ///< in hand with others when something crashed: to be done alone, when the others are done
        Culprit, ///< the only one in hand
    };

    Kind kind = Kind::New;
    std::string cause; ///< of a culprit: the signal in words
};

/**
 * \brief Runs a command in a process of its own, and anew when a decoder crashed in it
 *
 * Decoders are others' code: what one of them does to a single file must not end the work on thousands. The command
 * says of each piece of work when it is begun and ended, and asks before what is known of it; so no work is done twice,
 * and what crashes when it is alone is left out. To be called before there are threads: else, and where there
 * can be no process, the command runs as it is. A process that is interrupted or killed is not run again.
 * \return the command's exit code, in both processes; 128 + the signal where nothing in hand was to blame
 */
int run_guarded(const std::function<int()> &command);

/** \brief Without run_guarded() all work is new, and the others do nothing. Callable from any thread */
WorkBefore work_before(const std::string &work);
void work_begun(const std::string &work);
void work_ended(const std::string &work, WorkBefore::Kind kind);

/** \brief Whether a run of the command before this one crashed */
bool crashed_before();

} // namespace fovea
