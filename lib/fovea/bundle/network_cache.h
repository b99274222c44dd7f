// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/network_file.h"

/**
 * What LibTorch made of a model's files, kept in cache_folder()/networks, so that the next process need not load
 * LibTorch (a third of a second) to make it again. For the models that are installed with Fovea it is installed, too
 *
 * A file is of one key, which names all that it depends on: what does not fit is made anew. Files appear whole or
 * not at all, and are checked when they are read. Where the cache folder is no absolute path there is none. The
 * SHA-256 of a model's card vouches for its weights, not for what is kept of them: a file is believed as far as its
 * folder's owner is, so one that another user than this one or root owns or may write to is not read, but where it is
 * installed.
 */
namespace fovea {

/**
 * \brief Of what a network is made: the card as it was read, the weights, and what turns them into it: LibTorch and
 * the sources of this library
 * \param weights_sha256 of the file as it is now \param what of the model: its network, a head
 * \return empty where the card changed while it was read: then nothing is found or kept
 */
std::string network_key(const Bundle &bundle, const std::string &weights_sha256,
                        const std::string &what);

/** \brief What was kept under that key; nothing where it was not, or is damaged */
std::optional<KeptNetwork> find_network(const std::string &key);

/** \brief Likewise a head */
std::optional<HeadParameters> find_head(const std::string &key);

/** \brief A file that is there, for a key */
struct KeptModelFile {
    std::filesystem::path path;
    std::string fault; ///< why it is not taken, and what to do; empty: it is whole, and of its key
};

/** \brief The files of a network's key, installed and in the cache */
std::vector<KeptModelFile> kept_networks_of(const std::string &key);

/** \brief Likewise of a head's */
std::vector<KeptModelFile> kept_heads_of(const std::string &key);

/**
 * \brief Keeps a network; where all take more than 512 MB those go that were used longest ago
 * \throw Error Settings as network_file(), or where there is no cache folder; CannotWrite
 */
void keep_network(const std::string &key, const KeptNetwork &network);

/** \brief Likewise a head */
void keep_head(const std::string &key, const HeadParameters &head);

} // namespace fovea
