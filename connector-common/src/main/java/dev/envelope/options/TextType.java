package dev.envelope.options;

/** Text that is taken as it is, blanks at the ends included. */
record TextType(String label) implements OptionType<String> {

  @Override
  public String allowed() {
    return "give a text that is not blank";
  }

  @Override
  public String parse(String text) throws BadValueException {
    if (text.isBlank()) {
      throw new BadValueException("is blank");
    }
    return text;
  }

  @Override
  public String format(String value) {
    return value;
  }
}
