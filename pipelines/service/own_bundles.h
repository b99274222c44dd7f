// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include <gio/gio.h>

#include "service/watch_config.h"

namespace fovea {

/** \brief Bundles with heads of cameras' own, as `fovea adapt` leaves them in FOLDER/adapted/CAMERA */
class OwnBundles
{
public:
    /** \param on_change on the main loop's thread, soon after one of them came, changed or went */
    OwnBundles(const WatchConfig &config, std::function<void()> on_change);
    ~OwnBundles();
    OwnBundles(const OwnBundles &) = delete;
    OwnBundles &operator=(const OwnBundles &) = delete;

    /**
     * \brief A camera's folder; empty: there is none, or it does not go with the model or the camera's settings, which
     * is told
     * \throw Error where the model cannot be opened; nothing is taken then
     */
    std::string take(const CameraConfig &camera);

    /** \brief What take() found could not be used: has_changed() until it is taken again */
    void give_back(const std::string &camera) { taken_[camera] = "given back"; }

    /** \brief Whether it is another than take() found */
    bool has_changed(const std::string &camera) const;

private:
    std::filesystem::path folder(const std::string &camera) const;
    std::string state_of(const std::string &camera) const;

    std::filesystem::path events_;
    std::string model_;
    std::function<void()> on_change_;
    std::map<std::string, std::string> taken_; ///< SHA-256 of cards, by camera
    GFileMonitor *monitor_ = nullptr;
    guint settling_ = 0; ///< timer
};

} // namespace fovea
