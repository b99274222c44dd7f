// SPDX-License-Identifier: MIT
#include "camera/camera_trust.h"

#include <algorithm>

#include "fovea/core/errors.h"

namespace fovea {

CameraTrust::CameraTrust(const std::string &file)
{
    if (file.empty())
        return;
    const auto refuse = [&file](const std::string &got) {
        throw Error(Error::Kind::Settings,
                    "property ca-file: expected a PEM file of certificates, got '" + file + "', " +
                        got);
    };
    g_autoptr(GError) error = nullptr;
    GList *certificates = g_tls_certificate_list_new_from_file(file.c_str(), &error);
    for (GList *at = certificates; at != nullptr; at = at->next)
        certificates_.emplace_back(G_TLS_CERTIFICATE(at->data), g_object_unref);
    g_list_free(certificates);
    if (error != nullptr)
        refuse(std::string("which cannot be read: ") + error->message);
    if (certificates_.empty())
        refuse("which holds none");
    g_autofree gchar *whole = g_canonicalize_filename(file.c_str(), nullptr);
    database_.reset(g_tls_file_database_new(whole, &error),
                    [](GTlsDatabase *database) { g_clear_object(&database); });
    if (database_ == nullptr)
        refuse(std::string("which cannot be read: ") + error->message);
}

void CameraTrust::renew(const std::string &file)
{
    try {
        *this = CameraTrust(file);
    } catch (const Error &error) {
        not_renewed_ = error.what();
    }
}

bool CameraTrust::has(GTlsCertificate *certificate) const
{
    return std::any_of(certificates_.begin(), certificates_.end(), [certificate](const auto &one) {
        return g_tls_certificate_is_same(one.get(), certificate) != FALSE;
    });
}

std::string CameraTrust::why_untrusted(GTlsCertificateFlags wrong) const
{
    constexpr guint not_signed = G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_GENERIC_ERROR;
    constexpr guint nothing_helps = G_TLS_CERTIFICATE_REVOKED | G_TLS_CERTIFICATE_INSECURE;
    const bool has_file = database_ != nullptr;

    struct Reason {
        guint flags;
        const char *text;
    };

    // of an authority of the same name, as one that was renewed, the signature is wrong and nothing more is said
    const Reason reasons[] = {
        has_file ? Reason{not_signed, "it is not signed by what ca-file has"}
                 : Reason{G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody who is known signed it"},
        {G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another address"},
        {G_TLS_CERTIFICATE_NOT_ACTIVATED, "its time has not begun"},
        {G_TLS_CERTIFICATE_EXPIRED, "its time is over"},
        {G_TLS_CERTIFICATE_REVOKED, "it was revoked"}};
    std::string text;
    for (const Reason &one : reasons)
        if ((wrong & one.flags) != 0)
            text += (text.empty() ? "" : ", ") + std::string(one.text);
    text = "its certificate is not trusted: " + (text.empty() ? "it cannot be checked" : text);
    if ((wrong & nothing_helps) == 0)
        text += std::string(has_file ? "; put into ca-file"
                                     : "; ca-file (ca_file of a configuration) takes") +
                ((wrong & not_signed) != 0 ? " that of its authority, or by RTSP its own"
                                           : " its own, by RTSP alone");
    return not_renewed_.empty() ? text : text + "; it could not be read anew: " + not_renewed_;
}

} // namespace fovea
