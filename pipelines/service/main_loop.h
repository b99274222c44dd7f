// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <list>

#include <glib.h>

namespace fovea {

/** \brief The process's main loop, and what it does at signals and again and again */
class MainLoop
{
public:
    MainLoop();
    ~MainLoop(); ///< nothing of it is done any more
    MainLoop(const MainLoop &) = delete;
    MainLoop &operator=(const MainLoop &) = delete;

    /** \param number SIGINT, SIGTERM or SIGHUP */
    void on_signal(int number, std::function<void()> act);

    void every(guint seconds, std::function<void()> act);

    /** \brief Until quit() */
    void run() { g_main_loop_run(loop_); }

    void quit() { g_main_loop_quit(loop_); }

private:
    GMainLoop *loop_;
    std::list<std::function<void()>> acts_; ///< stay where they are: sources point to them
    std::list<guint> sources_;
};

} // namespace fovea
