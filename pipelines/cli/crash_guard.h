// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
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
    int process = 0;   ///< of a suspect or a culprit: the one that crashed
};

/** \brief Behind which crashes a command is run anew */
enum class RunsAnew {
    BehindAny, ///< also the first that no work is to blame for, and those before which some was done
    BehindOneOfWork, ///< of a single piece in hand, which is then left out: nothing can be tried alone
};

/**
 * \brief Runs a command in a process of its own, and anew when a decoder crashed in it
 *
 * Decoders are others' code: what one of them does to a single file must not end the work on thousands. The command
 * says of each piece of work when it is begun and ended, and asks before what is known of it; so no work is done twice
 * (but by who holds a VideoInHand), and what crashes when it is alone is left out. To be called before there are
 * threads: else, and where there can be no process, the command runs as it is. A process that is interrupted or killed
 * is not run again.
 * \return the command's exit code, in both processes; 128 + the signal where it is not run anew
 */
int run_guarded(const std::function<int()> &command, RunsAnew when = RunsAnew::BehindAny);

/** \brief Without run_guarded() all work is new, and the others do nothing. Callable from any thread */
WorkBefore work_before(const std::string &work);
/** \brief From here on a crash counts against it. \param video named in the error \throw Error where it is a culprit already */
void begin_work(const std::string &work, const std::filesystem::path &video);
void work_ended(const std::string &work, WorkBefore::Kind kind);

/** \brief What was done is worth more than a run anew, which would begin before it: a crash ends the command from here on */
void end_running_anew();

/** \brief A video that is being decoded while this lives, for who does all anew behind a crash. Callable from any thread */
class VideoInHand
{
public:
    /** \throw as begin_work() */
    explicit VideoInHand(const std::filesystem::path &video);
    ~VideoInHand();
    VideoInHand(const VideoInHand &) = delete;
    VideoInHand &operator=(const VideoInHand &) = delete;

private:
    std::string work_;
};

/** \brief Whether a run of the command before this one crashed */
bool crashed_before();

} // namespace fovea
