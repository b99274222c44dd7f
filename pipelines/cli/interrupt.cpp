// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <csignal>

namespace fovea {

namespace {

volatile std::sig_atomic_t interrupt_count = 0;

void on_signal(int)
{
    interrupt_count = 1;
}

} // namespace

void catch_interrupts()
{
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted()
{
    return interrupt_count != 0;
}

} // namespace fovea
