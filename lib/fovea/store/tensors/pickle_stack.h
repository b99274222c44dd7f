// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>

#include "fovea/store/tensors/pickle.h"

namespace fovea {

/**
 * \brief The stack that a pickle works on, with its marks and its memo; the values lie in a Pickle
 *
 * Every misuse (an empty stack, a missing mark, a value of another kind) throws Error Settings.
 */
class PickleStack
{
public:
    using Kind = PickledValue::Kind;

    /** \brief Set by the reader before each opcode, for errors */
    std::uint64_t at = 0;

    Pickle &pickle() { return pickle_; }

    /** \brief The error for a misuse at the opcode in hand */
    Error wrong(const std::string &what) const;

    const PickledValue &value(std::uint32_t index) const { return pickle_.values[index]; }

    /** \brief A new value on top. The reference is good until the next push */
    PickledValue &push(Kind kind);
    /** \brief Where pop_to_mark() ends */
    void push_mark();
    /** \param items numbers of values that are there */
    void push_tuple(std::vector<std::uint32_t> items);

    /** \brief A value that is there already, once more */
    void push_again(std::uint32_t index) { stack_.push_back(index); }

    const PickledValue &top() const;
    /** \brief Takes the top value off; its number among the pickle's values */
    std::uint32_t pop();
    /** \brief The last \a count, or those behind the last mark, lowest first; off the stack */
    std::vector<std::uint32_t> pop_last(std::size_t count);
    std::vector<std::uint32_t> pop_to_mark();

    /** \brief Put \a items into the list or dict on top, keys and values by turns into a dict */
    void append(const std::vector<std::uint32_t> &items, Kind kind);

    /** \brief Keeps the top value under \a number in the memo; recall() puts it on top once more */
    void memorise(std::uint32_t number);
    void recall(std::uint32_t number);

    /** \brief Item \a i of a tuple, which must be of \a kind */
    const PickledValue &item(std::uint32_t tuple, std::size_t i, Kind kind) const;

private:
    std::uint32_t depth_with(std::uint32_t depth, const std::vector<std::uint32_t> &items) const;

    Pickle pickle_;
    std::vector<std::uint32_t> stack_;
    std::vector<std::size_t> marks_; ///< where in the stack
    std::unordered_map<std::uint32_t, std::uint32_t> memo_;
};

} // namespace fovea
