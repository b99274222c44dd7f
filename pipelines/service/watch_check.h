// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "service/watch_config.h"

namespace fovea {

/**
 * \brief Whether cameras can be watched so, as far as files say: models and when they raise alarms
 * \throw Error Settings or NotFound naming the model, what is missing and the remedy
 */
void check_watch(const WatchConfig &config);

/** \brief That what SIGHUP does not change can be used: the folder, its events.db, receivers' files and secrets, the page and, unless a watch goes on in the folder, its port. \throw Error */
void check_start(const WatchConfig &config);

/**
 * \brief As check_watch() and check_start(), of the next start of a watch that runs: its folder and port are its own
 * \throw Error
 */
void check_restart(const WatchConfig &running, const WatchConfig &read);

/** \brief What a check tells of what can be used, a line each: files and devices that may come yet, a damaged events.db, whose the folder is now */
std::vector<std::string> check_notes(const WatchConfig &config);

/** \brief That a camera may be called so: its folder and its path on the page are. \throw Error with what was expected and got */
void check_name(const std::string &name);

/** \brief That something here reads a camera's address, as foveacamera takes it, and that it is no host's without a scheme. \throw Error without what may be secret in it */
void check_address(const std::string &uri);

/** \brief That a camera's ca_file, where it has one, holds certificates. \throw Error with what it holds instead */
void check_certificates(const CameraConfig &camera);

} // namespace fovea
