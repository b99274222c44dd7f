// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>

namespace torch::nn {
class Module;
}

namespace fovea {

/** \brief Tensors by parameter name */
using Weights = std::map<std::string, at::Tensor>;

constexpr const char *head_prefix =
    "head."; ///< of what a bundle's weights hold besides the backbone

/**
 * \brief The tensors of a file that Python's torch.save wrote, of any version, from a dict by name or a dict
 * whose entry `state_dict` is one
 *
 * Nothing in the file is executed. Where all names begin with `module.`, it is taken off.
 * \throw Error NotFound; Settings when it is truncated or something else, with the remedy
 */
Weights read_weights(const std::filesystem::path &file);

/**
 * \brief Writes a dict of tensors that Python's torch.load reads; the file appears when it is whole
 * \throw Error CannotWrite with the cause
 */
void write_weights(const std::filesystem::path &file, const Weights &weights);

/** \brief Those whose name begins with \a prefix, the prefix taken off */
Weights with_prefix(const Weights &weights, const std::string &prefix);

/** \brief Adds \a weights to \a all, each name after \a prefix */
void add_with_prefix(Weights *all, const std::string &prefix, const Weights &weights);

/** \brief Those whose name begins with none of \a prefixes */
Weights without_prefixes(const Weights &weights, const std::vector<std::string> &prefixes);

/**
 * \brief The parameters of the classifier that a network was trained with, prefix taken off
 *
 * They stand under `head.NAME.` in a bundle of that network, under `head.fc.` where its head is
 * fully connected by another name, and under `NAME.` in a network without a head.
 * \param name of the network's classifier: Backbone::classifier() \return empty: there is none
 */
Weights classifier_weights(const Weights &weights, const std::string &name);

/**
 * \brief Copy \a weights into the parameters and buffers of \a module, one for one
 *
 * `num_batches_tracked`, which only training reads, may be missing on either side.
 * \param where the file, for the error
 * \throw Error Settings naming the first parameter that is missing, unexpected or misshapen, with
 * both shapes, or that holds NaN, infinite numbers or a negative variance
 */
void load_weights(torch::nn::Module &module, const Weights &weights,
                  const std::filesystem::path &where);

} // namespace fovea
