// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/**
 * \brief Cores that this process may use: those of the processor, or fewer where its affinity or a quota of its
 * control groups (a container's limit, systemd's CPUQuota) leaves less; 1 where nothing says
 */
int usable_cores();

/**
 * \brief The smallest quota of a process's control groups (cgroup v2, cpu.max), in cores, rounded up; 0: there is none
 * \param groups where they are mounted \param own the process's: /proc/PID/cgroup
 */
int quota_cores(const std::filesystem::path &groups = "/sys/fs/cgroup",
                const std::filesystem::path &own = "/proc/self/cgroup");

/**
 * \brief Threads for one call of a network
 * \param asked the setting; 0: FOVEA_THREADS of the environment, else one thread where the call is
 * so small that starting a second costs more than it gives, else every core
 * \param flops of the call, two operations a multiply-add
 * \throw Error Settings when \a asked is < 0 or FOVEA_THREADS is not a number >= 1
 */
int threads_for(int asked, double flops);

} // namespace fovea
