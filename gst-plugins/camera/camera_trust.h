// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gio/gio.h>

namespace fovea {

/** \brief Certificates that a camera's is checked with, in place of the system's */
class CameraTrust
{
public:
    CameraTrust() = default; ///< the system's

    /**
     * \param file PEM, any number; of authorities, or the camera's own. Empty: the system's
     * \throw Error Settings when it cannot be read, or holds none
     */
    explicit CameraTrust(const std::string &file);

    /** \brief The file may have others by now; where it cannot be read, as while it is written, those that are known stay */
    void renew(const std::string &file);

    /** \brief nullptr: the system's. (transfer none) */
    GTlsDatabase *database() const { return database_.get(); }

    /** \brief Whether it is among them: a camera's own, whatever name and time stand in it */
    bool has(GTlsCertificate *certificate) const;

    /** \brief One line: what is wrong with a certificate, and the remedy */
    std::string why_untrusted(GTlsCertificateFlags wrong) const;

private:
    std::shared_ptr<GTlsDatabase> database_;
    std::vector<std::shared_ptr<GTlsCertificate>> certificates_;
    std::string not_renewed_; ///< why
};

} // namespace fovea
