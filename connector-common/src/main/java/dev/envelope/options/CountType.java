package dev.envelope.options;

/**
 * A whole number.
 *
 * @param minimum the least that makes sense
 * @param maximum the most that makes sense
 */
record CountType(int minimum, int maximum) implements OptionType<Integer> {

  @Override
  public String label() {
    return "number";
  }

  @Override
  public String allowed() {
    return "give a whole number from " + minimum + " to " + maximum;
  }

  @Override
  public Integer parse(String text) throws BadValueException {
    int number;
    try {
      number = Integer.parseInt(text.strip());
    } catch (NumberFormatException notANumber) {
      throw new BadValueException("is not a whole number");
    }
    if (number < minimum || number > maximum) {
      throw new BadValueException(number < minimum ? "is too small" : "is too large");
    }
    return number;
  }

  @Override
  public String format(Integer value) {
    return value.toString();
  }
}
