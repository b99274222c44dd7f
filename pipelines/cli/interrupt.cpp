// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <csignal>
#include <sys/mman.h>

namespace fovea {

namespace {

volatile std::sig_atomic_t own_interrupt = 0;
volatile std::sig_atomic_t *interrupt_flag = &own_interrupt; // or of shared memory

void on_signal(int)
{
    *interrupt_flag = 1;
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

void leave_interrupts()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool share_interrupts()
{
    void *shared = mmap(nullptr, sizeof(std::sig_atomic_t), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return false;
    auto *const new_flag = static_cast<volatile std::sig_atomic_t *>(shared);
    *new_flag = *interrupt_flag;
    interrupt_flag = new_flag; // kept to the end: a signal may come at any time
    return true;
}

bool interrupted()
{
    return *interrupt_flag != 0;
}

} // namespace fovea
