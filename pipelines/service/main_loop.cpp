// SPDX-License-Identifier: MIT
#include "service/main_loop.h"

#include <utility>

#include <glib-unix.h>

namespace fovea {

namespace {

gboolean call(gpointer act)
{
    (*static_cast<std::function<void()> *>(act))();
    return G_SOURCE_CONTINUE;
}

} // namespace

MainLoop::MainLoop() : loop_(g_main_loop_new(nullptr, FALSE)) {}

MainLoop::~MainLoop()
{
    for (const guint source : sources_)
        g_source_remove(source);
    g_main_loop_unref(loop_);
}

void MainLoop::on_signal(int number, std::function<void()> act)
{
    acts_.push_back(std::move(act));
    sources_.push_back(g_unix_signal_add(number, call, &acts_.back()));
}

void MainLoop::every(guint seconds, std::function<void()> act)
{
    acts_.push_back(std::move(act));
    sources_.push_back(g_timeout_add_seconds(seconds, call, &acts_.back()));
}

} // namespace fovea
