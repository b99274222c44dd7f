// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief Tells systemd, where it started this process, that all is up, that it lives, or that it ends */
void tell_ready();
void tell_alive();
void tell_stopping();

/** \brief Seconds from one tell_alive() to the next that systemd's watchdog wants; 0: none */
unsigned alive_interval();

} // namespace fovea
