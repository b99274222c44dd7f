// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/core/interrupted.h"
#include "fovea/eval/metrics.h"
#include "fovea/train/loop/history.h"

namespace fovea {

/** \brief Told while a run is under way, in the thread that runs it; nothing is printed in the library */
class RunWatcher
{
public:
    virtual ~RunWatcher() = default;

    /** \brief True: the run ends, keeping what is good so far */
    virtual bool stops() { return false; }

    /** \param share of the part in hand, in [0, 1]; a part that follows begins at less */
    virtual void progress(double /*share*/) {}

    virtual void note(const std::string & /*line*/) {}

    virtual void warn(const std::string & /*line*/) {}

    virtual void epoch(const EpochRecord & /*record*/, int /*epochs*/) {}

    /** \brief A training was stopped by stops() */
    virtual void stopped(int /*epochs_done*/, int /*epochs*/) {}

    /** \param name of what was judged: "validation", "test" */
    virtual void evaluated(const std::string & /*name*/, const Evaluation & /*evaluation*/) {}

    /** \brief A bundle is whole */
    virtual void written(const Bundle & /*bundle*/) {}
};

/** \throw Interrupted when the watcher wants an end */
inline void go_on(RunWatcher &watcher)
{
    if (watcher.stops())
        throw Interrupted();
}

} // namespace fovea
